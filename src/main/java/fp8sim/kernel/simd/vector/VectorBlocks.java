package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.INTS;
import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.BlockScale;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Rounder;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.Subnormals;
import fp8sim.format.TableQuantizer;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.quant.QuantizerState;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The vector form of a block quantizer. Blocks lie side by side, a lane each ({@link #columns}), or
 * one along the vectors ({@link #row}); in both the largest magnitude comes first, then the scale,
 * then elements are rounded by addition ({@link Rounder}). Blocks with NaN or infinities go through
 * the scalar form.
 */
@InPhase(Phase.QUANTIZATION)
public final class VectorBlocks {
  private static final int FRACTION_BITS = 23;
  private static final int MAGNITUDE = 0x7FFFFFFF;
  private static final int SIGN = 0x80000000;
  private static final int EXPONENT = 0x7F800000;

  private static final int SMALLEST_NORMAL = 0x00800000;

  /** The float32 bits of 2^-127, the smallest scale that is a power of two. */
  private static final int SMALLEST_SCALE = 0x00400000;

  /** The exponent fields of a power of two and of its inverse add up to it. */
  private static final int INVERSE = 254;

  private final BlockQuantizer scalar;

  /** Counts special numbers. */
  private final QuantizerState live;

  private final boolean powersOfTwo;
  private final int topExponent;
  private final int topBits;
  private final int rounderFromExponent;
  private final int rounderBits;
  private final BlockScales scales;

  /**
   * The vector form of a quantizer.
   *
   * @param scalar one that {@link #suits}
   * @param live counts special numbers
   */
  public VectorBlocks(BlockQuantizer scalar, QuantizerState live) {
    this.scalar = scalar;
    this.live = live;
    powersOfTwo = scalar.format().scale() instanceof BlockScale.PowerOfTwo;
    float top = (float) scalar.format().largestElement();
    topExponent = Math.getExponent(top);
    topBits = Float.floatToRawIntBits(top);
    int mantissaBits = mantissaBits(scalar.element());
    int bias = scalar.element() instanceof FloatQuantizer minifloat ? minifloat.bias() : 0;
    rounderFromExponent = RowRounding.rounderFromExponent(mantissaBits);
    rounderBits =
        Float.floatToRawIntBits(
            (float) Math.scalb((double) Rounder.OF_ONE, 1 - bias - mantissaBits));
    scales = new BlockScales(scalar);
  }

  /** Integers of n bits are fixed-point numbers of n - 1 bits and a sign. */
  private static int mantissaBits(ScalarQuantizer element) {
    return switch (element) {
      case FloatQuantizer minifloat -> minifloat.codeFormat().mantissaBits();
      case IntegerQuantizer integer -> integer.format().bits() - 1;
      case TableQuantizer _ -> throw new IllegalStateException("tables are no elements");
    };
  }

  /** Whether there is a vector form: elements round to nearest-even and keep subnormals. */
  public static boolean suits(BlockQuantizer quantizer) {
    return switch (quantizer.element()) {
      case IntegerQuantizer _ -> true;
      case FloatQuantizer minifloat ->
          Rounder.suits(minifloat)
              && minifloat.format().signed()
              && minifloat.conversion().subnormals() == Subnormals.KEEP;
      case TableQuantizer _ -> false;
    };
  }

  /**
   * Quantizes a block of adjacent numbers.
   *
   * @param from address, which may be that of the results
   */
  public void row(long from, long to, int count) {
    int whole = count / LANES * LANES;
    int rest = count - whole;
    long bytes = (long) whole * Float.BYTES;
    long padded = 0;
    if (rest > 0) {
      padded = Scratch.current().vectors();
      Memory.store(padded, FloatVector.zero(SPECIES));
      Memory.copy(from + bytes, padded, (long) rest * Float.BYTES);
    }
    int largest = largest(from, VECTOR, whole / LANES).reduceLanes(VectorOperators.MAX);
    if (rest > 0) {
      largest = Math.max(largest, largest(padded, VECTOR, 1).reduceLanes(VectorOperators.MAX));
    }
    if (largest >= EXPONENT) {
      scalar(from, to, Float.BYTES, count);
      return;
    }
    float scale = scales.of(Float.intBitsToFloat(largest));
    FloatVector all = FloatVector.broadcast(SPECIES, scale);
    FloatVector factor = FloatVector.broadcast(SPECIES, 1 / scale);
    round(from, to, VECTOR, whole / LANES, all, factor);
    if (rest > 0) {
      round(padded, padded, VECTOR, 1, all, factor);
      Memory.copy(padded, to + bytes, (long) rest * Float.BYTES);
    }
  }

  /**
   * Quantizes adjacent blocks, of each a number in every row.
   *
   * @param from address, which may be that of the results
   * @param stride bytes from row to row
   * @param rows numbers of a block
   * @param columns blocks
   */
  public void columns(long from, long to, long stride, int rows, int columns) {
    int whole = columns / LANES * LANES;
    for (long at = 0; at < (long) whole * Float.BYTES; at += VECTOR) {
      vector(from + at, to + at, stride, rows);
    }
    int rest = columns - whole;
    if (rest > 0) {
      long at = (long) whole * Float.BYTES;
      long bytes = (long) rest * Float.BYTES;
      long padded = Scratch.current().panel((long) rows * VECTOR);
      for (int r = 0; r < rows; r++) {
        Memory.store(padded + (long) r * VECTOR, FloatVector.zero(SPECIES));
        Memory.copy(from + at + r * stride, padded + (long) r * VECTOR, bytes);
      }
      vector(padded, padded, VECTOR, rows);
      for (int r = 0; r < rows; r++) {
        Memory.copy(padded + (long) r * VECTOR, to + at + r * stride, bytes);
      }
    }
  }

  /** Quantizes as many adjacent blocks as a vector has lanes. */
  private void vector(long from, long to, long stride, int rows) {
    IntVector largest = largest(from, stride, rows);
    if (isSpecial(largest)) {
      for (int lane = 0; lane < LANES; lane++) {
        long offset = (long) lane * Float.BYTES;
        scalar(from + offset, to + offset, stride, rows);
      }
      return;
    }
    if (powersOfTwo) {
      IntVector field =
          largest
              .lanewise(VectorOperators.LSHR, FRACTION_BITS)
              .sub(topExponent)
              .max(0)
              .min(INVERSE);
      IntVector inverse = IntVector.broadcast(INTS, INVERSE).sub(field);
      round(from, to, stride, rows, power(field), power(inverse));
    } else {
      float[] all = Scratch.current().accumulators(LANES);
      largest.reinterpretAsFloats().intoArray(all, 0);
      for (int lane = 0; lane < LANES; lane++) {
        all[lane] = scales.of(all[lane]);
      }
      FloatVector scale = FloatVector.fromArray(SPECIES, all, 0);
      round(from, to, stride, rows, scale, scale);
    }
  }

  /** Whether there are infinities or NaN, or exponents that the bits do not tell but count. */
  private boolean isSpecial(IntVector largest) {
    return largest.compare(VectorOperators.GE, EXPONENT).anyTrue()
        || (powersOfTwo
            && topExponent < 0
            && largest.compare(VectorOperators.LT, SMALLEST_NORMAL).anyTrue());
  }

  /** Powers of two with these exponent fields; 2^-127 for 0. */
  private static FloatVector power(IntVector field) {
    return field
        .lanewise(VectorOperators.LSHL, FRACTION_BITS)
        .max(SMALLEST_SCALE)
        .reinterpretAsFloats();
  }

  /** The largest magnitude of each lane, as float32 bits. */
  private static IntVector largest(long from, long stride, int rows) {
    IntVector largest = IntVector.zero(INTS);
    for (int r = 0; r < rows; r++) {
      IntVector bits = Memory.load(from + r * stride).reinterpretAsInts();
      largest = largest.max(bits.and(MAGNITUDE));
    }
    return largest;
  }

  /** Rounds what is left when scales are divided out. A power of two has an exact inverse. */
  private void round(
      long from, long to, long stride, int rows, FloatVector scale, FloatVector factor) {
    IntVector high = IntVector.broadcast(INTS, topBits);
    IntVector more = IntVector.broadcast(INTS, rounderFromExponent);
    IntVector least = IntVector.broadcast(INTS, rounderBits);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int r = 0; r < rows; r++) {
      FloatVector x = Memory.load(from + r * stride);
      IntVector q = (powersOfTwo ? x.mul(factor) : x.div(scale)).reinterpretAsInts();
      IntVector magnitude = q.and(MAGNITUDE).min(high);
      FloatVector rounder = magnitude.and(EXPONENT).add(more).max(least).reinterpretAsFloats();
      IntVector rounded =
          magnitude.reinterpretAsFloats().add(rounder).sub(rounder).reinterpretAsInts();
      // Adding +0 makes +0 of -0.
      FloatVector z = rounded.or(q.and(SIGN)).reinterpretAsFloats().add(zero);
      Memory.store(to + r * stride, z.mul(scale));
    }
  }

  /** One block, number by number. */
  private void scalar(long from, long to, long stride, int count) {
    float[] block = new float[count];
    int nans = 0;
    int infinities = 0;
    for (int i = 0; i < count; i++) {
      block[i] = Memory.get(from + i * stride);
      nans += Float.isNaN(block[i]) ? 1 : 0;
      infinities += Float.isInfinite(block[i]) ? 1 : 0;
    }
    live.count(nans, infinities);
    scalar.apply(block, 0, 1, count, i -> 0);
    for (int i = 0; i < count; i++) {
      Memory.set(to + i * stride, block[i]);
    }
  }
}
