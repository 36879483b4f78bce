package fp8sim.cli.option;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.ProductOptions;
import fp8sim.numerics.StandardProduct;
import java.util.Optional;

/**
 * Finds multipliers that formats cannot have before any work, at standard biases. Layers with
 * numerics of their own are checked when their ranges are known.
 */
public final class ProductCheck {
  private ProductCheck() {}

  /**
   * Checks the numerics of layers without exceptions.
   *
   * @throws Fp8simException (usage) one line
   */
  static void check(Numerics numerics) {
    ProductOptions product = numerics.product();
    boolean isSource = product.multiplier().isSource();
    if (!product.needsCodes() || !numerics.layers().isEmpty() || isSource) {
      return;
    }
    // A multiplier that cannot have the study's additional bit fails with its layer, so that of a
    // sweep only such points fail. That an operand is float32 is said elsewhere, with the layer.
    StandardProduct.onPlainFormats(numerics).ifPresent(bound -> check(product, bound));
  }

  private static void check(ProductOptions options, StandardProduct product) {
    BoundProduct bound = product.model().bind(product.setting());
    boolean exactSum = options.accumulator().equals(Accumulator.EXACT);
    if (exactSum && !options.roundProductAndSum()) {
      bound.units().requireExactSum(1, options.describeCodes());
    }
  }

  /**
   * The format of results that a multiplier brings along, for people; empty where it is the
   * activations' or was asked for.
   */
  public static Optional<String> resultFormat(Numerics numerics) {
    return StandardProduct.ownResultGrid(numerics)
        .map(
            grid ->
                ("results of %s are %s, which has a code for every sum of two codes"
                        + " (%s makes them narrower)")
                    .formatted(
                        numerics.product().multiplier(),
                        grid.format().name(),
                        UserOption.RESULT_FORMAT));
  }
}
