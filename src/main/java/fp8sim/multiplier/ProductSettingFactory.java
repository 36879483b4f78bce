package fp8sim.multiplier;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.format.BiasPolicy;
import fp8sim.format.BlockFormat;
import fp8sim.format.Float32;
import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.Format;
import fp8sim.format.IntegerFormat;
import fp8sim.format.Specials;
import fp8sim.format.TableFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes what product models are bound to. Here, and nowhere else, is decided which grid operands
 * have, which grid results have, and how products are rounded to it.
 *
 * @param policy how formats are fitted to ranges: under {@code study} operands go on a binade above
 *     the top, and rounded products do
 * @param automaticResult whether a model that knows the grid of all its products has that grid
 * @param roundsProducts whether each product is rounded to the grid of results
 */
public record ProductSettingFactory(
    BiasPolicy policy, boolean automaticResult, boolean roundsProducts) {

  /** The same without rounding of products. */
  public ProductSettingFactory unrounded() {
    return new ProductSettingFactory(policy, automaticResult, false);
  }

  /** The grid of an operand at a bias that someone chose. */
  public FloatGrid operand(FloatFormat format, int bias) {
    boolean goesOn = policy == BiasPolicy.STUDY && format.specials() == Specials.NONE;
    return new FloatGrid(goesOn ? format.extended() : format, bias);
  }

  /**
   * The grid of an operand as quantizers make it, at the standard bias; empty for float32, which
   * has no codes. A format with a fixed bias has a scale instead of a policy, and ends at its top.
   *
   * @param signed whether integers are two's complement
   */
  public Optional<Grid> operand(Format format, boolean signed) {
    return format instanceof FloatFormat minifloat && minifloat.fixedBias().isEmpty()
        ? Optional.of(operand(minifloat, minifloat.standardBias()))
        : plainOperand(format, signed);
  }

  /** As {@link #operand(Format, boolean)} under policies that keep to the format. */
  public static Optional<Grid> plainOperand(Format format, boolean signed) {
    return switch (format) {
      case FloatFormat minifloat -> Optional.of(new FloatGrid(minifloat, minifloat.standardBias()));
      case IntegerFormat integer -> Optional.of(new IntegerGrid(integer, signed));
      case BlockFormat blocks -> plainOperand(blocks.element(), true);
      case TableFormat table -> Optional.of(new TableGrid(table));
      case Float32 _ -> Optional.empty();
    };
  }

  /**
   * What a model is bound to.
   *
   * @param chosen the grid of results, unless the model has one of its own that nobody asked to
   *     change; null for integers
   * @throws Fp8simException (usage) if products are rounded, and there is no grid of results
   */
  public ProductSetting setting(Multiplier model, Grid a, Grid w, @Nullable FloatGrid chosen) {
    FloatGrid result = result(model, a, w, chosen);
    return new ProductSetting(a, w, result, rounding(result));
  }

  /**
   * As {@link #setting} for products that each pass a quantizer instead of being rounded.
   *
   * @param quantizer on the grids of the operands
   */
  public ProductSetting quantizing(
      Multiplier model, Grid a, Grid w, @Nullable FloatGrid chosen, FloatQuantizer quantizer) {
    return new ProductSetting(
        a, w, result(model, a, w, chosen), new ProductRounding.Quantized(quantizer));
  }

  private @Nullable FloatGrid result(Multiplier model, Grid a, Grid w, @Nullable FloatGrid chosen) {
    return automaticResult ? model.resultGrid(a, w).orElse(chosen) : chosen;
  }

  private ProductRounding rounding(@Nullable FloatGrid result) {
    if (!roundsProducts) {
      return new ProductRounding.None();
    }
    if (result == null) {
      throw Fp8simException.usage(
          "%s needs a minifloat %s".formatted(UserOption.ROUND_PRODUCTS, UserOption.RESULT_FORMAT));
    }
    return policy == BiasPolicy.STUDY
        ? new ProductRounding.Extending(result)
        : new ProductRounding.Nearest(result);
  }
}
