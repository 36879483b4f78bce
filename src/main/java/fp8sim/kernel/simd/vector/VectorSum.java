package fp8sim.kernel.simd.vector;

import fp8sim.kernel.LaneSum;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link LaneSum} of rows in memory: its 16 partial sums are four vectors of four lanes. */
public final class VectorSum {
  private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
  private static final int QUARTER = 4 * Float.BYTES;
  private static final int ROUND = LaneSum.LANES * Float.BYTES;

  private VectorSum() {}

  /**
   * The sum of {@code count} floats.
   *
   * @param partial overwritten, {@link LaneSum#LANES} long
   */
  public static float of(long x, int count, float[] partial) {
    FloatVector s0 = FloatVector.zero(FOUR);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int whole = count / LaneSum.LANES;
    for (int i = 0; i < whole; i++) {
      long at = x + (long) i * ROUND;
      s0 = s0.add(load(at));
      s1 = s1.add(load(at + QUARTER));
      s2 = s2.add(load(at + 2 * QUARTER));
      s3 = s3.add(load(at + 3 * QUARTER));
    }
    store(s0, s1, s2, s3, partial);
    return finish(x, count, partial, false);
  }

  /** The sum of the squares of {@code count} floats; otherwise as {@link #of}. */
  public static float ofSquares(long x, int count, float[] partial) {
    FloatVector s0 = FloatVector.zero(FOUR);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int whole = count / LaneSum.LANES;
    for (int i = 0; i < whole; i++) {
      long at = x + (long) i * ROUND;
      FloatVector x0 = load(at);
      FloatVector x1 = load(at + QUARTER);
      FloatVector x2 = load(at + 2 * QUARTER);
      FloatVector x3 = load(at + 3 * QUARTER);
      s0 = s0.add(x0.mul(x0));
      s1 = s1.add(x1.mul(x1));
      s2 = s2.add(x2.mul(x2));
      s3 = s3.add(x3.mul(x3));
    }
    store(s0, s1, s2, s3, partial);
    return finish(x, count, partial, true);
  }

  private static void store(
      FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3, float[] partial) {
    s0.intoArray(partial, 0);
    s1.intoArray(partial, 4);
    s2.intoArray(partial, 8);
    s3.intoArray(partial, 12);
  }

  /** Adds what is left behind the last whole round to partial sums, and these to each other. */
  private static float finish(long x, int count, float[] partial, boolean squares) {
    int done = count / LaneSum.LANES * LaneSum.LANES;
    for (int i = done; i < count; i++) {
      float value = Memory.get(x + (long) i * Float.BYTES);
      partial[i - done] += squares ? value * value : value;
    }
    return LaneSum.fold(partial);
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(FOUR, Memory.ALL, address & Memory.ADDRESS, Memory.ORDER);
  }
}
