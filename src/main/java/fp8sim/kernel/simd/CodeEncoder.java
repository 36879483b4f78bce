package fp8sim.kernel.simd;

import fp8sim.format.FloatFormat;
import fp8sim.format.Specials;
import fp8sim.multiplier.FloatGrid;
import fp8sim.plan.ProductOperand;

/** Turns values that are on their grid into entries of {@link ProductLookup} rows: code + 1. */
final class CodeEncoder {
  private static final int FRACTION_BITS = 23;
  private static final int FLOAT_BIAS = 127;
  private static final int EXPONENT_MASK = 0x7F800000;

  /** Powers of two down to the smallest subnormal float32. */
  private static final int SMALLEST_BIAS = FLOAT_BIAS - 149;

  private final ProductOperand operand;
  private final boolean direct;
  private final float toFloatBias;
  private final int shift;
  private final int signShift;

  CodeEncoder(ProductOperand operand) {
    this.operand = operand;
    if (operand.grid() instanceof FloatGrid grid) {
      FloatFormat format = grid.format();
      direct =
          operand.scale() == 1
              && !format.normalOnly()
              && format.exponentBits() > 0
              && format.specials() == Specials.NONE
              && grid.bias() >= SMALLEST_BIAS
              && grid.bias() <= 2 * FLOAT_BIAS;
      toFloatBias = direct ? (float) Math.scalb(1.0, grid.bias() - FLOAT_BIAS) : 1;
      shift = FRACTION_BITS - format.mantissaBits();
      signShift = format.signed() ? format.magnitudeBits() : Integer.SIZE - 1;
    } else {
      direct = false;
      toFloatBias = 1;
      shift = 0;
      signShift = 0;
    }
  }

  /**
   * Encodes {@code count} floats from an address on.
   *
   * @return the largest entry, or {@link ProductOperand#NOT_FINITE} if a value is not finite
   */
  int encode(long from, int count, short[] to, int at) {
    return direct ? encodeDirectly(from, count, to, at) : encodeEach(from, count, to, at);
  }

  /**
   * With its exponent moved to float32's bias a minifloat is the leading bits of a float32,
   * subnormal numbers included.
   */
  private int encodeDirectly(long from, int count, short[] to, int at) {
    int largest = 0;
    int finite = 0;
    for (int i = 0; i < count; i++) {
      float value = Memory.get(from + (long) i * Float.BYTES);
      int bits = Float.floatToRawIntBits(value * toFloatBias);
      int code = (bits & Integer.MAX_VALUE) >>> shift | (bits >>> 31) << signShift;
      int entry = (code & Short.MAX_VALUE) + 1;
      int exponent = Float.floatToRawIntBits(value) & EXPONENT_MASK;
      finite |= exponent == EXPONENT_MASK ? 1 : 0;
      largest = Math.max(largest, entry);
      to[at + i] = (short) entry;
    }
    return finite == 0 ? largest : ProductOperand.NOT_FINITE;
  }

  private int encodeEach(long from, int count, short[] to, int at) {
    int largest = 0;
    for (int i = 0; i < count; i++) {
      int code = operand.code(Memory.get(from + (long) i * Float.BYTES));
      if (code == ProductOperand.NOT_FINITE) {
        return code;
      }
      largest = Math.max(largest, code + 1);
      to[at + i] = (short) (code + 1);
    }
    return largest;
  }
}
