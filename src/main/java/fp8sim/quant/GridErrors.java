package fp8sim.quant;

import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Rounder;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.Subnormals;
import java.lang.foreign.MemorySegment;

/**
 * Sums of squared quantization errors, number by number, in float32 arithmetic that gives {@link
 * ScalarQuantizer#apply}'s bits, see {@link Rounder}. Numbers that are not finite are left out.
 */
final class GridErrors {
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(Rounder.OF_ONE);
  private static final int FRACTION_BITS = 23;

  private GridErrors() {}

  /** The sum over all values. */
  static double sum(ScalarQuantizer quantizer, MemorySegment values) {
    double[] sum = {0};
    Blocks.forEach(
        values,
        (block, count) ->
            sum[0] +=
                switch (quantizer) {
                  case IntegerQuantizer integer -> integers(integer, block, count);
                  case FloatQuantizer minifloat when isRegular(minifloat) ->
                      minifloats(minifloat, block, count);
                  default -> any(quantizer, block, count);
                });
    return sum[0];
  }

  private static boolean isRegular(FloatQuantizer quantizer) {
    return Rounder.suits(quantizer) && quantizer.conversion().subnormals() == Subnormals.KEEP;
  }

  private static double integers(IntegerQuantizer quantizer, float[] block, int count) {
    float scale = quantizer.scale();
    float low = quantizer.min() - quantizer.zeroPoint();
    float high = quantizer.max() - quantizer.zeroPoint();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      float x = block[i];
      float rounded = limited(x / scale, low, high) + Rounder.OF_ONE - Rounder.OF_ONE;
      sum += squaredError(rounded * scale, x);
    }
    return sum;
  }

  private static double minifloats(FloatQuantizer quantizer, float[] block, int count) {
    float scale = quantizer.scale();
    float low = quantizer.clipMin();
    float high = quantizer.clipMax();
    int mantissaBits = quantizer.codeFormat().mantissaBits();
    int least = 1 - quantizer.bias();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      float x = block[i];
      float q = limited(x / scale, low, high);
      int exponent = Math.max(Math.getExponent(q), least) - mantissaBits;
      float rounder = Float.intBitsToFloat(ROUNDER_BITS + (exponent << FRACTION_BITS));
      float rounded = q + rounder - rounder;
      sum += squaredError(rounded * scale, x);
    }
    return sum;
  }

  private static float limited(float q, float low, float high) {
    return q < low ? low : q > high ? high : q;
  }

  private static double any(ScalarQuantizer quantizer, float[] block, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += squaredError(quantizer.apply(block[i]), block[i]);
    }
    return sum;
  }

  private static double squaredError(float quantized, float x) {
    double difference = quantized - (double) x;
    return Float.isFinite(x) ? difference * difference : 0;
  }
}
