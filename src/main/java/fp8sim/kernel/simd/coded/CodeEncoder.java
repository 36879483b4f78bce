package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.vector.LookupVectors.FLOATS;
import static fp8sim.kernel.simd.vector.LookupVectors.HALF_SHORTS;
import static fp8sim.kernel.simd.vector.LookupVectors.INTS;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.MAX;

import fp8sim.format.FloatFormat;
import fp8sim.format.Specials;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.FloatGrid;
import fp8sim.plan.ProductOperand;
import jdk.incubator.vector.IntVector;

/**
 * Turns values that are on their grid into 16-bit entries, {@code factor * (code + 1)}: zero is
 * left for padding.
 */
@InPhase(Phase.QUANTIZATION)
final class CodeEncoder {
  private static final int CODE_BITS = 0xFFFF;

  private static final int FRACTION_BITS = 23;
  private static final int INFINITY = 0x7F800000;

  private final ProductOperand operand;
  private final int factorShift;

  /** Whether codes are the leading bits of numbers. */
  private final boolean direct;

  private final float smallestNormal;
  private final int shift;
  private final int signShift;

  /**
   * An encoder.
   *
   * @param factor a power of two
   */
  CodeEncoder(ProductOperand operand, int factor) {
    this.operand = operand;
    factorShift = Integer.numberOfTrailingZeros(factor);
    if (operand.grid() instanceof FloatGrid grid) {
      FloatFormat format = grid.format();
      direct =
          operand.scale() == 1
              && !format.normalOnly()
              && format.exponentBits() > 0
              && format.specials() == Specials.NONE
              && 1 - grid.bias() >= Float.MIN_EXPONENT
              && 1 - grid.bias() <= Float.MAX_EXPONENT;
      smallestNormal = direct ? Math.scalb(1f, 1 - grid.bias()) : 1f;
      shift = FRACTION_BITS - format.mantissaBits();
      signShift = format.signed() ? format.magnitudeBits() : Integer.SIZE - 1;
    } else {
      direct = false;
      smallestNormal = 1f;
      shift = 0;
      signShift = 0;
    }
  }

  /**
   * Encodes {@code count} floats from one address to another.
   *
   * @return whether every value is finite; if not, codes are missing
   */
  boolean encode(long from, int count, long to) {
    int whole = direct ? count / FLOATS.length() * FLOATS.length() : 0;
    boolean finite = encodeVectors(from, whole, to);
    for (int i = whole; i < count; i++) {
      int code = code(Memory.get(from + (long) i * Float.BYTES));
      if (code == ProductOperand.NOT_FINITE) {
        return false;
      }
      LookupVectors.setShort(to + (long) i * Short.BYTES, (code + 1) << factorShift);
    }
    return finite;
  }

  /** The code of one value, or {@link ProductOperand#NOT_FINITE}. */
  int code(float value) {
    int magnitude = Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
    if (!direct || magnitude >= INFINITY) {
      return operand.code(value);
    }
    int smallest = Float.floatToRawIntBits(smallestNormal);
    int aligned =
        magnitude < smallest
            ? Float.floatToRawIntBits(Math.abs(value) + smallestNormal) - smallest
            : magnitude - smallest + (1 << FRACTION_BITS);
    int sign = Float.floatToRawIntBits(value) >>> (Integer.SIZE - 1);
    return (aligned >>> shift | sign << signShift) & CODE_BITS;
  }

  /** As {@link #code}: above the smallest normal number, exponents are counted from its own. */
  private boolean encodeVectors(long from, int count, long to) {
    IntVector largest = IntVector.zero(INTS);
    IntVector smallest = IntVector.broadcast(INTS, Float.floatToRawIntBits(smallestNormal));
    IntVector one = smallest.sub(1 << FRACTION_BITS);
    for (int i = 0; i < count; i += FLOATS.length()) {
      long address = from + (long) i * Float.BYTES & ADDRESS;
      IntVector bits = IntVector.fromMemorySegment(INTS, ALL, address, ORDER);
      IntVector magnitude = bits.and(Integer.MAX_VALUE);
      largest = largest.max(magnitude);
      IntVector subnormal =
          magnitude.reinterpretAsFloats().add(smallestNormal).reinterpretAsInts().sub(smallest);
      IntVector aligned = magnitude.sub(one).blend(subnormal, magnitude.lt(smallest));
      IntVector sign = bits.lanewise(LSHR, Integer.SIZE - 1).lanewise(LSHL, signShift);
      IntVector code = aligned.lanewise(LSHR, shift).or(sign).and(CODE_BITS);
      code.add(1)
          .lanewise(LSHL, factorShift)
          .convertShape(I2S, HALF_SHORTS, 0)
          .intoMemorySegment(ALL, to + (long) i * Short.BYTES & ADDRESS, ORDER);
    }
    return largest.reduceLanes(MAX) < INFINITY;
  }
}
