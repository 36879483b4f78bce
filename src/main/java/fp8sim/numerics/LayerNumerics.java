package fp8sim.numerics;

import fp8sim.format.BiasPolicy;
import fp8sim.format.BlockFormat;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.ProductSettingFactory;
import org.jspecify.annotations.Nullable;

/**
 * What one layer does.
 *
 * @param weights format of the weight
 * @param input format of the input's quantizer, where {@code at} is INPUT or an approximate operand
 *     needs one
 * @param output format of the output's quantizer, where {@code at} is OUTPUT
 */
public record LayerNumerics(
    Format weights,
    Format input,
    Format output,
    QuantizeAt at,
    RangeOptions ranges,
    ResultOptions result,
    ProductOptions product) {

  /** Format of result quantizers and of the grid of approximate products. */
  public Format resultFormat() {
    return result.format() instanceof ResultFormat.Given given ? given.format() : input;
  }

  /** Whether an operand is in a block format: then results have no range on the operands' grids. */
  public boolean hasBlockedOperand() {
    return weights instanceof BlockFormat || input instanceof BlockFormat;
  }

  /**
   * What makes the settings of the layer's products.
   *
   * @param policy how formats are fitted to ranges
   */
  public ProductSettingFactory productSettings(BiasPolicy policy) {
    return new ProductSettingFactory(policy, result.isAutomatic(), product.roundProducts());
  }

  /** The grid of results where no range is known; null for integers and float32. */
  public @Nullable FloatGrid resultGrid() {
    Format format =
        resultFormat() instanceof BlockFormat blocks ? blocks.element() : resultFormat();
    return format instanceof FloatFormat minifloat
        ? new FloatGrid(minifloat, result.bias().orElse(minifloat.standardBias()))
        : null;
  }

  public LayerNumerics withWeights(Format format) {
    return new LayerNumerics(format, input, output, at, ranges, result, product);
  }

  public LayerNumerics withActivations(Format format) {
    return new LayerNumerics(weights, format, format, at, ranges, result, product);
  }

  public LayerNumerics withAt(QuantizeAt other) {
    return new LayerNumerics(weights, input, output, other, ranges, result, product);
  }

  public LayerNumerics withRanges(RangeOptions other) {
    return new LayerNumerics(weights, input, output, at, other, result, product);
  }

  public LayerNumerics withResult(ResultOptions other) {
    return new LayerNumerics(weights, input, output, at, ranges, other, product);
  }

  public LayerNumerics withProduct(ProductOptions other) {
    return new LayerNumerics(weights, input, output, at, ranges, result, other);
  }
}
