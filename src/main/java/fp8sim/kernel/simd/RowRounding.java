package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.Memory.SPECIES;
import static fp8sim.kernel.simd.Memory.VECTOR;

import fp8sim.format.Rounder;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rounds rows of two vectors to a grid, without branches.
 *
 * <p>Numbers are rounded by addition ({@link Rounder}). Above the smallest normal number of a
 * minifloat the step follows from the float32's own exponent field, below it is constant: the
 * larger of both holds. Integers have a constant step.
 *
 * <p>{@code x / scale} is one product with the rounded inverse and one correction, each with its
 * remainder by fused multiply-add, which gives the correctly rounded quotient wherever nothing
 * overflows or underflows (Markstein's method; Brisebarre, Muller and Raina, IEEE Transactions on
 * Computers 53(8), 2004). A quotient that underflows is far below half a step.
 *
 * <p>Rows lie a stride of bytes apart. What returns a number of a row stops at the first one that
 * holds NaN or an infinity, or a number whose quotient is infinite, and leaves it as it is.
 *
 * <p>The JVM's options keep these loops out of their callers: two of them in one compilation exceed
 * its limit of nodes, after which it passes vectors as objects.
 */
@InPhase(Phase.QUANTIZATION)
final class RowRounding {
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, Memory.SPECIES.vectorShape());
  private static final int FRACTION_BITS = 23;
  private static final int SIGN = 0x80000000;
  private static final int EXPONENT = 0x7F800000;

  /** The fraction of 1.5. */
  private static final int HALF = 0x400000;

  private RowRounding() {}

  /** What, added to a number's exponent field, makes its rounder. */
  static int rounderFromExponent(int mantissaBits) {
    return ((FRACTION_BITS - mantissaBits) << FRACTION_BITS) + HALF;
  }

  /**
   * Multiples of the scale.
   *
   * @param lowBits bits of the sum of the smallest multiple and the rounder
   */
  static int integers(
      long from,
      long fromStride,
      long to,
      long toStride,
      int first,
      int rows,
      float scale,
      int lowBits,
      int highBits) {
    FloatVector factor = FloatVector.broadcast(SPECIES, 1 / scale);
    FloatVector divisor = FloatVector.broadcast(SPECIES, -scale);
    FloatVector step = FloatVector.broadcast(SPECIES, scale);
    FloatVector rounder = FloatVector.broadcast(SPECIES, Rounder.OF_ONE);
    IntVector low = IntVector.broadcast(INTS, lowBits);
    IntVector high = IntVector.broadcast(INTS, highBits);
    for (int r = first; r < rows; r++) {
      FloatVector x0 = Memory.load(from + r * fromStride);
      FloatVector x1 = Memory.load(from + r * fromStride + VECTOR);
      FloatVector q0 = x0.mul(factor);
      FloatVector q1 = x1.mul(factor);
      if (VectorQuantizer.areSpecial(q0, q1)) {
        return r;
      }
      q0 = q0.fma(divisor, x0).fma(factor, q0).add(rounder);
      q1 = q1.fma(divisor, x1).fma(factor, q1).add(rounder);
      q0 = q0.reinterpretAsInts().max(low).min(high).reinterpretAsFloats();
      q1 = q1.reinterpretAsInts().max(low).min(high).reinterpretAsFloats();
      Memory.store(to + r * toStride, q0.sub(rounder).mul(step));
      Memory.store(to + r * toStride + VECTOR, q1.sub(rounder).mul(step));
    }
    return rows;
  }

  /**
   * Minifloats between limits of which none is negative.
   *
   * @param lowBits float32 bits of the lower limit
   * @param rounderFromExponent see {@link #rounderFromExponent(int)}
   * @param rounderBits float32 bits of the rounder of subnormals
   */
  static int magnitudes(
      long from,
      long fromStride,
      long to,
      long toStride,
      int first,
      int rows,
      int lowBits,
      int highBits,
      int rounderFromExponent,
      int rounderBits) {
    IntVector low = IntVector.broadcast(INTS, lowBits);
    IntVector high = IntVector.broadcast(INTS, highBits);
    IntVector exponents = IntVector.broadcast(INTS, EXPONENT);
    IntVector more = IntVector.broadcast(INTS, rounderFromExponent);
    IntVector least = IntVector.broadcast(INTS, rounderBits);
    for (int r = first; r < rows; r++) {
      FloatVector x0 = Memory.load(from + r * fromStride);
      FloatVector x1 = Memory.load(from + r * fromStride + VECTOR);
      if (VectorQuantizer.areSpecial(x0, x1)) {
        return r;
      }
      IntVector m0 = x0.reinterpretAsInts().max(low).min(high);
      IntVector m1 = x1.reinterpretAsInts().max(low).min(high);
      FloatVector a0 = m0.and(exponents).add(more).max(least).reinterpretAsFloats();
      FloatVector a1 = m1.and(exponents).add(more).max(least).reinterpretAsFloats();
      Memory.store(to + r * toStride, m0.reinterpretAsFloats().add(a0).sub(a0));
      Memory.store(to + r * toStride + VECTOR, m1.reinterpretAsFloats().add(a1).sub(a1));
    }
    return rows;
  }

  /** Minifloats of either sign, whose magnitude has a limit; otherwise as {@link #magnitudes}. */
  static int signed(
      long from,
      long fromStride,
      long to,
      long toStride,
      int first,
      int rows,
      int highBits,
      int rounderFromExponent,
      int rounderBits) {
    IntVector high = IntVector.broadcast(INTS, highBits);
    IntVector exponents = IntVector.broadcast(INTS, EXPONENT);
    IntVector more = IntVector.broadcast(INTS, rounderFromExponent);
    IntVector least = IntVector.broadcast(INTS, rounderBits);
    IntVector sign = IntVector.broadcast(INTS, SIGN);
    for (int r = first; r < rows; r++) {
      FloatVector x0 = Memory.load(from + r * fromStride);
      FloatVector x1 = Memory.load(from + r * fromStride + VECTOR);
      if (VectorQuantizer.areSpecial(x0, x1)) {
        return r;
      }
      IntVector s0 = x0.reinterpretAsInts().and(sign);
      IntVector s1 = x1.reinterpretAsInts().and(sign);
      IntVector m0 = x0.reinterpretAsInts().sub(s0).min(high);
      IntVector m1 = x1.reinterpretAsInts().sub(s1).min(high);
      FloatVector a0 = m0.and(exponents).add(more).max(least).or(s0).reinterpretAsFloats();
      FloatVector a1 = m1.and(exponents).add(more).max(least).or(s1).reinterpretAsFloats();
      // the sum with a rounder of the same sign minus the rounder is never -0
      Memory.store(to + r * toStride, m0.or(s0).reinterpretAsFloats().add(a0).sub(a0));
      Memory.store(to + r * toStride + VECTOR, m1.or(s1).reinterpretAsFloats().add(a1).sub(a1));
    }
    return rows;
  }

  static int divide(
      long from, long fromStride, long to, long toStride, int first, int rows, float scale) {
    FloatVector factor = FloatVector.broadcast(SPECIES, 1 / scale);
    FloatVector divisor = FloatVector.broadcast(SPECIES, -scale);
    for (int r = first; r < rows; r++) {
      FloatVector x0 = Memory.load(from + r * fromStride);
      FloatVector x1 = Memory.load(from + r * fromStride + VECTOR);
      FloatVector q0 = x0.mul(factor);
      FloatVector q1 = x1.mul(factor);
      if (VectorQuantizer.areSpecial(q0, q1)) {
        return r;
      }
      Memory.store(to + r * toStride, q0.fma(divisor, x0).fma(factor, q0));
      Memory.store(to + r * toStride + VECTOR, q1.fma(divisor, x1).fma(factor, q1));
    }
    return rows;
  }

  static void multiply(long y, long stride, int first, int rows, float scale) {
    FloatVector factor = FloatVector.broadcast(SPECIES, scale);
    for (int r = first; r < rows; r++) {
      long row = y + r * stride;
      Memory.store(row, Memory.load(row).mul(factor));
      Memory.store(row + VECTOR, Memory.load(row + VECTOR).mul(factor));
    }
  }

  /** Subnormal results become zero. */
  static void flush(long y, long stride, int first, int rows, float minNormal) {
    FloatVector least = FloatVector.broadcast(SPECIES, minNormal);
    for (int r = first; r < rows; r++) {
      long row = y + r * stride;
      FloatVector y0 = Memory.load(row);
      FloatVector y1 = Memory.load(row + VECTOR);
      Memory.store(row, y0.blend(0f, y0.abs().compare(VectorOperators.LT, least)));
      Memory.store(row + VECTOR, y1.blend(0f, y1.abs().compare(VectorOperators.LT, least)));
    }
  }
}
