package fp8sim.cli;

import fp8sim.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.IntegerFormat;
import fp8sim.multiplier.Accumulator;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multipliers;
import fp8sim.multiplier.ProductModel;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.ProductOptions;
import fp8sim.numerics.ResultFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds multipliers that formats cannot have before any work, at standard biases. Layers with
 * numerics of their own are checked when their ranges are known.
 */
final class ProductCheck {
  private ProductCheck() {}

  /**
   * Checks the numerics of layers without exceptions.
   *
   * @throws Fp8simException (usage) one line
   */
  static void check(Numerics numerics) {
    ProductOptions product = numerics.product();
    Grid a = grid(numerics.activations(), false);
    Grid w = grid(numerics.weights(), true);
    boolean isSource = Multipliers.isSource(product.multiplier());
    if (!product.needsCodes() || !numerics.layers().isEmpty() || isSource) {
      return;
    }
    if (a == null || w == null) {
      // Said elsewhere, with the layer: whether a network has products of codes is not known here.
      return;
    }
    ProductModel model = Multipliers.parse(product.multiplier());
    FloatGrid result = result(numerics, model, a, w);
    ProductRounding rounding =
        result == null || !product.roundProducts()
            ? new ProductRounding.None()
            : ProductRounding.to(result, numerics.quantizers().biasPolicy());
    BoundProduct bound = model.bind(new ProductSetting(a, w, result, rounding));
    boolean exactSum = Accumulator.parse(product.accumulator()).equals(Accumulator.EXACT);
    if (exactSum && !product.roundProductAndSum()) {
      bound.units().requireExactSum(1, product.describeCodes());
    }
  }

  /**
   * The format of results that a multiplier brings along, for people; empty where it is the
   * activations' or was asked for.
   */
  static Optional<String> resultFormat(Numerics numerics) {
    Grid a = grid(numerics.activations(), false);
    Grid w = grid(numerics.weights(), true);
    if (a == null || w == null || !numerics.result().isAutomatic()) {
      return Optional.empty();
    }
    String multiplier = numerics.product().multiplier();
    return Multipliers.parse(multiplier)
        .resultGrid(a, w)
        .map(
            grid ->
                ("results of %s are %s, which has a code for every sum of two codes"
                        + " (--result-format makes them narrower)")
                    .formatted(multiplier, grid.format().name()));
  }

  private static @Nullable FloatGrid result(Numerics numerics, ProductModel model, Grid a, Grid w) {
    FloatGrid chosen =
        switch (numerics.result().format()) {
          case ResultFormat.Given given -> floats(given.format());
          case ResultFormat.Automatic _, ResultFormat.Activations _ ->
              floats(numerics.activations());
        };
    return numerics.result().isAutomatic() ? model.resultGrid(a, w).orElse(chosen) : chosen;
  }

  private static @Nullable FloatGrid floats(Format format) {
    return format instanceof FloatFormat minifloat
        ? new FloatGrid(minifloat, minifloat.standardBias())
        : null;
  }

  private static @Nullable Grid grid(Format format, boolean signed) {
    return format instanceof IntegerFormat integer
        ? new IntegerGrid(integer, signed)
        : floats(format);
  }
}
