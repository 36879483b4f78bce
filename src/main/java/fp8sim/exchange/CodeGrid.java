package fp8sim.exchange;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Overflow;
import fp8sim.format.Quantizer;
import fp8sim.format.Rounding;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.SmallFloat;
import fp8sim.format.Specials;
import fp8sim.format.Subnormals;
import fp8sim.format.TableQuantizer;
import fp8sim.onnx.OnnxWriter;
import fp8sim.tensor.DataType;
import fp8sim.tensor.PackedElements;
import org.jspecify.annotations.Nullable;

/**
 * The element type of ONNX that holds the codes of a quantizer, and what QuantizeLinear and
 * DequantizeLinear need to give the values of {@link ScalarQuantizer#apply(float)}, bit for bit but
 * for the sign of a zero.
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

  /**
   * The grid of a quantizer; null if no element type has it, or rounds to it as that does.
   *
   * @param opset the newest one whose types may be used
   */
  static @Nullable CodeGrid of(Quantizer quantizer, int opset) {
    return quantizer instanceof FloatQuantizer q && !roundsAlike(q.conversion())
        ? null
        : ofValues(quantizer, opset);
  }

  /**
   * The grid of values that are rounded already; null if no element type has it.
   *
   * @param opset the newest one whose types may be used
   */
  static @Nullable CodeGrid ofValues(Quantizer quantizer, int opset) {
    return switch (quantizer) {
      case IntegerQuantizer integers -> of(integers);
      case FloatQuantizer minifloats -> of(minifloats, opset);
      case TableQuantizer _, BlockQuantizer _ -> null;
    };
  }

  /**
   * A grid with, among others, all values of the elements of a block; null if no type has them. FP6
   * and FP4 numbers are FP8 numbers too.
   *
   * @param opset the newest one whose types may be used
   */
  static @Nullable CodeGrid holding(ScalarQuantizer element, int opset) {
    CodeGrid own = ofValues(element, opset);
    if (own != null || !(element instanceof FloatQuantizer q)) {
      return own;
    }
    float top = high(q);
    for (SmallFloat small : SmallFloat.values()) {
      CodeGrid grid = new CodeGrid(typeOf(small), 1, 0, -top, top, true);
      if (!isNewer(small, opset) && grid.holdsAll(q)) {
        return grid;
      }
    }
    float step = (float) q.codeFormat().magnitudeValue(1, q.bias());
    CodeGrid integers = new CodeGrid(DataType.INT8, step, 0, -top, top, true);
    return top / step <= Byte.MAX_VALUE && integers.holdsAll(q) ? integers : null;
  }

  private boolean holdsAll(FloatQuantizer q) {
    for (int magnitude = 0; magnitude <= q.codeFormat().maxMagnitude(); magnitude++) {
      float value = q.decode(magnitude);
      if (value(code(value)) != value) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether floating-point arithmetic rounds to the grid of a quantizer: one with subnormal numbers
   * and a fraction, rounded to nearest-even.
   */
  static boolean isRoundedByArithmetic(FloatQuantizer q) {
    FloatFormat format = q.codeFormat();
    return roundsAlike(q.conversion())
        && format.signed()
        && !format.normalOnly()
        && format.mantissaBits() > 0
        && q.scale() == 1;
  }

  private static boolean roundsAlike(ConversionMode mode) {
    return mode.rounding() == Rounding.NEAREST_EVEN
        && mode.overflow() != Overflow.IEEE
        && mode.subnormals() == Subnormals.KEEP;
  }

  private static @Nullable CodeGrid of(IntegerQuantizer q) {
    if (q.format().bits() > Byte.SIZE) {
      return null;
    }
    boolean unsigned = q.min() >= 0;
    DataType type =
        q.format().bits() == 4
            ? (unsigned ? DataType.UINT4 : DataType.INT4)
            : (unsigned ? DataType.UINT8 : DataType.INT8);
    int least = unsigned ? 0 : -(1 << (type.bits() - 1));
    int greatest = least + (1 << type.bits()) - 1;
    boolean clips = q.min() > least || q.max() < greatest;
    return new CodeGrid(type, q.scale(), q.zeroPoint(), low(q), high(q), clips);
  }

  private static @Nullable CodeGrid of(FloatQuantizer q, int opset) {
    SmallFloat type = holder(q.codeFormat());
    if (type == null || isNewer(type, opset)) {
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
    return new CodeGrid(typeOf(type), scale, 0, low(q), high(q), clips);
  }

  private static boolean isNewer(SmallFloat type, int opset) {
    return OnnxWriter.opsetOf(typeOf(type)) > opset;
  }

  /**
   * The FP8 type with the finite values of a layout, up to a power of two. Formats without special
   * codes have those of the FNUZ types, which lack a negative zero only.
   */
  private static @Nullable SmallFloat holder(FloatFormat format) {
    if (format.normalOnly() || !format.signed()) {
      return null;
    }
    for (SmallFloat type : SmallFloat.values()) {
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

  private static DataType typeOf(SmallFloat type) {
    return switch (type) {
      case E4M3FN -> DataType.FLOAT8E4M3FN;
      case E4M3FNUZ -> DataType.FLOAT8E4M3FNUZ;
      case E5M2 -> DataType.FLOAT8E5M2;
      case E5M2FNUZ -> DataType.FLOAT8E5M2FNUZ;
      case E2M1 -> DataType.FLOAT4E2M1;
    };
  }

  private static float low(ScalarQuantizer q) {
    return q.apply(-Float.MAX_VALUE);
  }

  private static float high(ScalarQuantizer q) {
    return q.apply(Float.MAX_VALUE);
  }

  /** The code of a value of the quantizer. */
  byte code(float value) {
    SmallFloat small = smallFloat();
    if (small != null) {
      return small.cast(value / scale, true);
    }
    return PackedElements.code(type, (long) Math.rint(value / scale) + zeroPoint);
  }

  /** The same codes with another scale. */
  CodeGrid withScale(float other) {
    return new CodeGrid(type, other, zeroPoint, low, high, clips);
  }

  /** The value of a code of FP8, FP4, or signed integers. */
  float value(byte code) {
    SmallFloat small = smallFloat();
    return (small == null ? code - zeroPoint : small.toFloat(code)) * scale;
  }

  private @Nullable SmallFloat smallFloat() {
    for (SmallFloat small : SmallFloat.values()) {
      if (typeOf(small) == type) {
        return small;
      }
    }
    return null;
  }

  /** The same values in unsigned codes: those of INT8 moved up by 128, of INT4 by 8. */
  CodeGrid unsigned() {
    return switch (type) {
      case INT8 -> new CodeGrid(DataType.UINT8, scale, zeroPoint + 0x80, low, high, clips);
      case INT4 -> new CodeGrid(DataType.UINT4, scale, zeroPoint + 0x8, low, high, clips);
      default -> this;
    };
  }
}
