package fp8sim.numerics;

/**
 * How tensors are quantized to their formats.
 *
 * @param result quantizers of results, and the grid of approximate products
 * @param seed of stochastic rounding
 */
public record QuantizationOptions(
    RangeOptions ranges, QuantizerOptions quantizers, ResultOptions result, long seed) {
  public static final QuantizationOptions DEFAULT =
      new QuantizationOptions(
          RangeOptions.DEFAULT, QuantizerOptions.DEFAULT, ResultOptions.DEFAULT, 0);
}
