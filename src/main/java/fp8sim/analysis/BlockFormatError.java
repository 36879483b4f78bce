package fp8sim.analysis;

import fp8sim.format.BlockFormat;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.ConversionMode;
import java.util.SplittableRandom;

/**
 * The error of rounding random numbers to a block format, measured on 2^20 of them (a tensor of
 * that size, where the format has a scale of the tensor). The same numbers for every format.
 */
final class BlockFormatError {
  private static final int SAMPLES = 1 << 20;
  private static final long SEED = 0x5EED;

  private BlockFormatError() {}

  /** The errors of a format for a distribution. */
  static FormatError.Row of(Distribution distribution, BlockFormat format, Moments moments) {
    float[] exact = numbers(moments);
    float range = 0;
    for (float x : exact) {
      range = Math.max(range, Math.abs(x));
    }
    float[] rounded = exact.clone();
    BlockQuantizer quantizer = BlockQuantizer.of(format, -1, range, ConversionMode.DEFAULT);
    for (int i = 0; i < SAMPLES; i += format.size()) {
      quantizer.apply(rounded, i, 1, Math.min(format.size(), SAMPLES - i), index -> 0);
    }
    double[] sums = new double[3];
    double power = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double x = exact[i];
      double q = rounded[i];
      sums[0] += (x - q) * (x - q) / SAMPLES;
      sums[1] += x * q / SAMPLES;
      sums[2] += q * q / SAMPLES;
      power += x * x / SAMPLES;
    }
    return FormatError.row(distribution, format, range, sums, power);
  }

  private static float[] numbers(Moments moments) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] numbers = new float[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      double share = random.nextDouble(-1, 1);
      numbers[i] = Math.copySign(moments.sample(Math.abs(share)), (float) share);
    }
    return numbers;
  }
}
