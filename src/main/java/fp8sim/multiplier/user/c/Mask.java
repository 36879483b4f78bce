package fp8sim.multiplier.user.c;

import java.util.Arrays;

/** Which lanes something is done for: all bits of a lane are set, or none. */
final class Mask {
  private final long[] lanes;

  private Mask(long[] lanes) {
    this.lanes = lanes;
  }

  static Mask none(int lanes) {
    return new Mask(new long[lanes]);
  }

  static Mask all(int lanes) {
    long[] set = new long[lanes];
    Arrays.fill(set, -1);
    return new Mask(set);
  }

  long of(int lane) {
    return lanes[lane];
  }

  boolean has(int lane) {
    return lanes[lane] != 0;
  }

  boolean isEmpty() {
    long any = 0;
    for (long lane : lanes) {
      any |= lane;
    }
    return any == 0;
  }

  boolean isFull() {
    long every = -1;
    for (long lane : lanes) {
      every &= lane;
    }
    return every == -1;
  }

  /** The lanes of this mask whose value is not zero. */
  Mask where(long[] values) {
    long[] result = new long[lanes.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i] != 0 ? lanes[i] : 0;
    }
    return new Mask(result);
  }

  Mask without(Mask other) {
    long[] result = new long[lanes.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = lanes[i] & ~other.lanes[i];
    }
    return new Mask(result);
  }

  Mask or(Mask other) {
    long[] result = new long[lanes.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = lanes[i] | other.lanes[i];
    }
    return new Mask(result);
  }

  /** Copies the values of these lanes. */
  void copy(long[] from, long[] to) {
    for (int i = 0; i < lanes.length; i++) {
      to[i] = (from[i] & lanes[i]) | (to[i] & ~lanes[i]);
    }
  }
}
