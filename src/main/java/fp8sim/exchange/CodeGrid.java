package fp8sim.exchange;

import fp8sim.format.ConversionMode;
import fp8sim.format.Float8Type;
import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Overflow;
import fp8sim.format.Quantizer;
import fp8sim.format.Rounding;
import fp8sim.format.Specials;
import fp8sim.format.Subnormals;
import fp8sim.tensor.DataType;
import org.jspecify.annotations.Nullable;

/**
 * The element type of ONNX that holds the codes of a quantizer, and what QuantizeLinear and
 * DequantizeLinear need to give the values of {@link Quantizer#apply}, bit for bit but for the sign
 * of a zero.
 *
 * @param type of the codes
 * @param scale of the type's own grid: the quantizer's, times a power of two where the type has
 *     another bias
 * @param zeroPoint 0 for FP8
 * @param low the least value of the quantizer
 * @param high its greatest value
 * @param clips whether the type has values below {@code low} or above {@code high}
 */
record CodeGrid(DataType type, float scale, int zeroPoint, float low, float high, boolean clips) {

  /** The grid of a quantizer; null if no element type has it, or rounds to it as that does. */
  static @Nullable CodeGrid of(Quantizer quantizer) {
    return quantizer instanceof FloatQuantizer q && !roundsAlike(q.conversion())
        ? null
        : ofValues(quantizer);
  }

  /** The grid of values that are rounded already; null if no element type has it. */
  static @Nullable CodeGrid ofValues(Quantizer quantizer) {
    return switch (quantizer) {
      case IntegerQuantizer integers -> of(integers);
      case FloatQuantizer minifloats -> of(minifloats);
    };
  }

  private static boolean roundsAlike(ConversionMode mode) {
    return mode.rounding() == Rounding.NEAREST_EVEN
        && mode.overflow() != Overflow.IEEE
        && mode.subnormals() == Subnormals.KEEP;
  }

  private static CodeGrid of(IntegerQuantizer q) {
    boolean unsigned = q.min() >= 0;
    int least = unsigned ? 0 : Byte.MIN_VALUE;
    int greatest = unsigned ? 0xFF : Byte.MAX_VALUE;
    boolean clips = q.min() > least || q.max() < greatest;
    DataType type = unsigned ? DataType.UINT8 : DataType.INT8;
    return new CodeGrid(type, q.scale(), q.zeroPoint(), low(q), high(q), clips);
  }

  private static @Nullable CodeGrid of(FloatQuantizer q) {
    Float8Type type = holder(q.codeFormat());
    if (type == null) {
      return null;
    }
    int bias = type.format().standardBias();
    float scale = Math.scalb(q.scale(), bias - q.bias());
    boolean isExact =
        scale >= Float.MIN_NORMAL
            && Float.isFinite(scale)
            && Math.scalb(scale, q.bias() - bias) == q.scale();
    if (!isExact) {
      return null;
    }
    float top = (float) type.format().maxFinite(bias) * scale;
    boolean clips = high(q) < top || low(q) > -top;
    return new CodeGrid(DataType.valueOf("FLOAT8" + type.name()), scale, 0, low(q), high(q), clips);
  }

  /**
   * The FP8 type with the finite values of a layout, up to a power of two. Formats without special
   * codes have those of the FNUZ types, which lack a negative zero only.
   */
  private static @Nullable Float8Type holder(FloatFormat format) {
    if (format.normalOnly() || !format.signed()) {
      return null;
    }
    for (Float8Type type : Float8Type.values()) {
      FloatFormat own = type.format();
      boolean sameSpecials =
          own.specials() == format.specials()
              || (own.specials() == Specials.NAN_NEGATIVE_ZERO
                  && format.specials() == Specials.NONE);
      if (sameSpecials
          && own.exponentBits() == format.exponentBits()
          && own.mantissaBits() == format.mantissaBits()) {
        return type;
      }
    }
    return null;
  }

  private static float low(Quantizer q) {
    return q.apply(-Float.MAX_VALUE);
  }

  private static float high(Quantizer q) {
    return q.apply(Float.MAX_VALUE);
  }

  /** The code of a value of the quantizer. */
  byte code(float value) {
    if (type.isFloat8()) {
      return Float8Type.valueOf(type.name().substring("FLOAT8".length())).cast(value / scale, true);
    }
    return (byte) ((int) Math.rint(value / scale) + zeroPoint);
  }

  /** The same values in unsigned codes: those of INT8, moved up by 128. */
  CodeGrid unsigned() {
    return type == DataType.INT8
        ? new CodeGrid(DataType.UINT8, scale, zeroPoint + 0x80, low, high, clips)
        : this;
  }
}
