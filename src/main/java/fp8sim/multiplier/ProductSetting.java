package fp8sim.multiplier;

import fp8sim.common.Fp8simException;
import org.jspecify.annotations.Nullable;

/**
 * What a product model is bound to: the grids of both operands, the result's grid, and the rounding
 * of products. Equal settings of equal models have equal products.
 *
 * @param a grid of the activations (first operand)
 * @param w grid of the weights (second operand)
 * @param result grid of results (the result bias); null for integer operands
 */
public record ProductSetting(Grid a, Grid w, @Nullable FloatGrid result, ProductRounding rounding) {

  /** Products that are not rounded. */
  public static ProductSetting unrounded(Grid a, Grid w, @Nullable FloatGrid result) {
    return new ProductSetting(a, w, result, new ProductRounding.None());
  }

  /** The grid of results, for models that need one. */
  public FloatGrid requireResult(String model) {
    if (result == null) {
      throw Fp8simException.usage("multiplier " + model + " needs a result format and bias");
    }
    return result;
  }

  /**
   * The grid that codes of results belong to: the grid of results, or the first operand's table.
   */
  public Grid requireResultCodes(String model) {
    return result == null && a instanceof TableGrid ? a : requireResult(model);
  }

  /** The first operand's grid, for models of minifloats only. */
  public FloatGrid floatA(String model) {
    return requireFloat(a, model);
  }

  /** The second operand's grid, for models of minifloats only. */
  public FloatGrid floatW(String model) {
    return requireFloat(w, model);
  }

  private static FloatGrid requireFloat(Grid grid, String model) {
    if (grid instanceof FloatGrid floats) {
      return floats;
    }
    throw Fp8simException.usage(
        "multiplier "
            + model
            + " multiplies minifloats only, not "
            + grid.name()
            + ": choose an eXmY or FP8 format, or a table: or source: multiplier");
  }
}
