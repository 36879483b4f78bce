package fp8sim.kernel.simd.vector;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.BlockScale;
import fp8sim.format.FloatFormat;

/**
 * Scales of blocks as {@link BlockQuantizer#scale(float)} gives them, faster where they are narrow
 * minifloats: those are looked up by the code that the wanted scale rounds to.
 */
final class BlockScales {
  private static final int DOUBLE_FRACTION_BITS = 52;
  private static final int WIDEST = 8;

  private final BlockQuantizer quantizer;

  /** By magnitude code; empty if scales are not looked up. */
  private final float[] table;

  private final double divisor;
  private final double minNormal;
  private final double unit;
  private final int shift;
  private final int firstCode;

  BlockScales(BlockQuantizer quantizer) {
    this.quantizer = quantizer;
    divisor = quantizer.format().largestElement() * quantizer.tensorScale();
    if (quantizer.format().scale() instanceof BlockScale.Minifloat scale && isNarrow(scale)) {
      FloatFormat format = scale.format();
      int bias = format.standardBias();
      minNormal = Math.scalb(1.0, 1 - bias);
      unit = Math.scalb(1.0, 1 - bias - format.mantissaBits());
      shift = DOUBLE_FRACTION_BITS - format.mantissaBits();
      firstCode = (Double.MAX_EXPONENT - bias) << format.mantissaBits();
      table = new float[format.maxMagnitude() + 1];
      for (int code = 1; code < table.length; code++) {
        table[code] = quantizer.scaleOfCode(format, code);
      }
    } else {
      minNormal = 0;
      unit = 0;
      shift = 0;
      firstCode = 0;
      table = new float[0];
    }
  }

  /** Without a fraction a code is even where the exponent is not: ties are another matter. */
  private static boolean isNarrow(BlockScale.Minifloat scale) {
    return scale.format().bits() <= WIDEST && scale.format().mantissaBits() > 0;
  }

  /** The scale of a block whose largest magnitude is finite. */
  float of(float largest) {
    if (table.length == 0) {
      return quantizer.scale(largest);
    }
    double wanted = largest / divisor;
    return table[Math.clamp(code(wanted), 1, table.length - 1)];
  }

  /** To nearest, ties to the even code. */
  private long code(double wanted) {
    if (wanted < minNormal) {
      return (long) Math.rint(wanted / unit);
    }
    long bits = Double.doubleToRawLongBits(wanted);
    long odd = (bits >>> shift) & 1;
    long half = (1L << (shift - 1)) - 1;
    return ((bits + half + odd) >>> shift) - firstCode;
  }
}
