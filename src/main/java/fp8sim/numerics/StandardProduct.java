package fp8sim.numerics;

import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductSettingFactory;
import java.util.Optional;

/**
 * The products of layers without exceptions before any range is known: what they are bound to, but
 * with operands at standard biases and without scales.
 */
public record StandardProduct(Multiplier model, ProductSetting setting) {

  /**
   * The products that numerics ask for; empty if an operand is float32. Products that have no grid
   * of results to be rounded to are not rounded: layers refuse them by name.
   */
  public static Optional<StandardProduct> of(Numerics numerics) {
    ProductSettingFactory settings = settings(numerics);
    return of(
        numerics,
        settings.operand(numerics.activations(), signedActivations(numerics)),
        settings.operand(numerics.weights(), true));
  }

  /**
   * As {@link #of} on operands of the formats alone: under bias policy {@code study} they have one
   * bit more for the binade above the top, which not every multiplier can have.
   */
  public static Optional<StandardProduct> onPlainFormats(Numerics numerics) {
    return of(
        numerics,
        ProductSettingFactory.plainOperand(numerics.activations(), signedActivations(numerics)),
        ProductSettingFactory.plainOperand(numerics.weights(), true));
  }

  /**
   * The grid of results that the multiplier brings along; empty where results have the format of
   * activations, or one that was asked for.
   */
  public static Optional<FloatGrid> ownResultGrid(Numerics numerics) {
    return numerics.result().isAutomatic()
        ? onPlainFormats(numerics)
            .flatMap(p -> p.model().resultGrid(p.setting().a(), p.setting().w()))
        : Optional.empty();
  }

  private static Optional<StandardProduct> of(
      Numerics numerics, Optional<Grid> a, Optional<Grid> w) {
    if (a.isEmpty() || w.isEmpty()) {
      return Optional.empty();
    }
    LayerNumerics layer = numerics.forMost();
    Multiplier model = layer.product().multiplier().model();
    FloatGrid chosen = layer.resultGrid();
    ProductSettingFactory settings = settings(numerics);
    ProductSettingFactory possible = chosen == null ? settings.unrounded() : settings;
    return Optional.of(
        new StandardProduct(model, possible.setting(model, a.get(), w.get(), chosen)));
  }

  private static ProductSettingFactory settings(Numerics numerics) {
    return numerics.forMost().productSettings(numerics.quantizers().biasPolicy());
  }

  /** Whether integer activations have negative codes: symmetric ones that keep their sign. */
  private static boolean signedActivations(Numerics numerics) {
    QuantizerOptions options = numerics.quantizers();
    return options.integers() == IntegerActivations.SYMMETRIC
        && options.sign() == ActivationSign.SIGNED;
  }
}
