package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Copies of short rows of float32 into packed memory whose rows are filled in ascending order. They
 * may write up to a vector beyond the row: what follows is written later, or is spare. Reads stay
 * below a limit.
 */
public final class ShortRows {
  /** Lanes 0, 2, 4, ... and again. */
  private static final VectorShuffle<Float> EVEN_LANES =
      VectorShuffle.fromOp(SPECIES, i -> 2 * i % LANES);

  /** Lanes 1, 3, 5, ... and again. */
  private static final VectorShuffle<Float> ODD_LANES =
      VectorShuffle.fromOp(SPECIES, i -> (2 * i + 1) % LANES);

  private static final VectorMask<Float> UPPER = VectorMask.fromLong(SPECIES, -1L << (LANES / 2));

  private ShortRows() {}

  public static void fill(long to, int count, float value) {
    FloatVector filling = FloatVector.broadcast(SPECIES, value);
    for (int i = 0; i < count; i += LANES) {
      Memory.store(to + (long) i * Float.BYTES, filling);
    }
  }

  /** Copies {@code count} floats and nothing else; the rows do not overlap. */
  public static void copyExactly(long from, long to, int count) {
    if (count < LANES) {
      copySingly(from, to, count, 1);
      return;
    }
    long last = (long) (count - LANES) * Float.BYTES;
    for (long i = 0; i < last; i += VECTOR) {
      Memory.store(to + i, Memory.load(from + i));
    }
    Memory.store(to + last, Memory.load(from + last));
  }

  /** Copies {@code count} floats. */
  public static void copy(long from, long to, int count, long limit) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long offset = (long) i * Float.BYTES;
      Memory.store(to + offset, Memory.load(from + offset));
    }
    if (i < count) {
      long offset = (long) i * Float.BYTES;
      if (from + offset + VECTOR <= limit) {
        Memory.store(to + offset, Memory.load(from + offset));
      } else {
        copySingly(from + offset, to + offset, count - i, 1);
      }
    }
  }

  /** Copies every {@code step}th of the floats from {@code from}. */
  public static void copy(long from, long to, int count, int step, long limit) {
    if (step == 1) {
      copy(from, to, count, limit);
    } else if (step == 2) {
      copyEven(from, to, count, limit);
    } else {
      copySingly(from, to, count, step);
    }
  }

  private static void copyEven(long from, long to, int count, long limit) {
    int i = 0;
    for (; i < count; i += LANES) {
      long source = from + 2L * i * Float.BYTES;
      if (source + 2L * VECTOR > limit) {
        break;
      }
      FloatVector low = Memory.load(source);
      FloatVector high = Memory.load(source + VECTOR);
      Memory.store(
          to + (long) i * Float.BYTES,
          low.rearrange(EVEN_LANES).blend(high.rearrange(EVEN_LANES), UPPER));
    }
    if (i < count) {
      copySingly(from + 2L * i * Float.BYTES, to + (long) i * Float.BYTES, count - i, 2);
    }
  }

  /**
   * Moves every {@code step}th float of a row to an earlier place, or to its own start. Up to a
   * vector behind the result may be overwritten.
   */
  public static void gather(float[] values, int from, int to, int count, int step) {
    if (step == 1) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector.fromArray(SPECIES, values, from + i).intoArray(values, to + i);
      }
    } else if (step == 2) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector low = FloatVector.fromArray(SPECIES, values, from + 2 * i);
        FloatVector high = FloatVector.fromArray(SPECIES, values, from + 2 * i + LANES);
        low.rearrange(EVEN_LANES)
            .blend(high.rearrange(EVEN_LANES), UPPER)
            .intoArray(values, to + i);
      }
    } else {
      for (int i = 0; i < count; i++) {
        values[to + i] = values[from + i * step];
      }
    }
  }

  /**
   * Copies {@code count} pairs of floats, the first ones to one row, the second ones to another.
   */
  public static void split(long from, long firsts, long seconds, int count, long limit) {
    int i = 0;
    for (; i < count && from + 2L * i * Float.BYTES + 2L * VECTOR <= limit; i += LANES) {
      FloatVector low = Memory.load(from + 2L * i * Float.BYTES);
      FloatVector high = Memory.load(from + 2L * i * Float.BYTES + VECTOR);
      long at = (long) i * Float.BYTES;
      Memory.store(firsts + at, low.rearrange(EVEN_LANES).blend(high.rearrange(EVEN_LANES), UPPER));
      Memory.store(seconds + at, low.rearrange(ODD_LANES).blend(high.rearrange(ODD_LANES), UPPER));
    }
    for (; i < count; i++) {
      long at = (long) i * Float.BYTES;
      Memory.set(firsts + at, Memory.get(from + 2 * at));
      if (from + 2 * at + 2 * Float.BYTES <= limit) {
        Memory.set(seconds + at, Memory.get(from + 2 * at + Float.BYTES));
      }
    }
  }

  private static void copySingly(long from, long to, int count, int step) {
    for (int i = 0; i < count; i++) {
      Memory.set(to + (long) i * Float.BYTES, Memory.get(from + (long) i * step * Float.BYTES));
    }
  }

  /**
   * Transposes {@code rows x columns} floats: element (i, j) at {@code from + i * fromStride + 4 *
   * j} goes to {@code to + j * toStride + 4 * i}. Writes nothing else.
   */
  public static void transpose(
      long from, long fromStride, long to, long toStride, int rows, int columns) {
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      long source = from + i * fromStride;
      long target = to + (long) i * Float.BYTES;
      for (int j = 0; j < columns; j++) {
        long at = source + (long) j * Float.BYTES;
        long out = target + j * toStride;
        Memory.set(out, Memory.get(at));
        Memory.set(out + 4, Memory.get(at + fromStride));
        Memory.set(out + 8, Memory.get(at + 2 * fromStride));
        Memory.set(out + 12, Memory.get(at + 3 * fromStride));
      }
    }
    for (; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        float value = Memory.get(from + i * fromStride + (long) j * Float.BYTES);
        Memory.set(to + j * toStride + (long) i * Float.BYTES, value);
      }
    }
  }
}
