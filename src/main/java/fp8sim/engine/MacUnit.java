package fp8sim.engine;

import fp8sim.format.Format;
import fp8sim.multiplier.UnitCost;
import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.ProductOptions;
import java.util.List;

/**
 * What multiplies and adds in a layer.
 *
 * @param multiplier as the options name it, or {@link #FLOAT32}'s name
 * @param model the multiplier's own name
 * @param formats of both operands: {@code int8}, or of activations and weights {@code int8xint4}
 * @param accumulator as the options name it
 * @param costs what the multiplier itself says that it costs
 */
public record MacUnit(
    String multiplier, String model, String formats, String accumulator, List<UnitCost> costs) {
  /** How layers without quantizers multiply. */
  public static final MacUnit FLOAT32 =
      new MacUnit("float32", "float32", "fp32", "fp32", List.of());

  public MacUnit {
    costs = List.copyOf(costs);
  }

  static MacUnit of(LayerNumerics numerics, Format activations, Format weights) {
    ProductOptions product = numerics.product();
    String formats =
        activations.equals(weights)
            ? activations.name()
            : activations.name() + "x" + weights.name();
    return new MacUnit(
        product.multiplier().specification(),
        product.multiplier().model().name(),
        formats,
        product.accumulator().name(),
        product.multiplier().model().costs());
  }
}
