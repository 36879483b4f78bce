package fp8sim.experiment;

import fp8sim.common.Progress;
import fp8sim.format.Formats;
import fp8sim.multiplier.model.ChosenMultiplier;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.numerics.LayerChange;
import fp8sim.numerics.LayerKey;
import fp8sim.numerics.LayerOverride;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.ProductOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How much each layer matters: the network with one layer alone in the chosen numerics, and with
 * all layers but that one.
 *
 * <p>What a layer is otherwise: with exact products where the numerics name a multiplier, so that
 * only the multiplier is measured; in float32 where they name formats only.
 */
public final class Sensitivity {
  /**
   * The effect of one layer.
   *
   * @param alone only this layer in the chosen numerics
   * @param spared all layers but this one
   */
  public record Effect(String layer, Trials.Score alone, Trials.Score spared) {}

  private final Numerics numerics;
  private final Trials trials;

  /**
   * A measurement of how much each layer costs.
   *
   * @param numerics what is chosen for all layers
   */
  public Sensitivity(Numerics numerics, Trials trials) {
    this.numerics = numerics;
    this.trials = trials;
  }

  /** What layers are without the chosen numerics. */
  public Numerics reference() {
    return numerics.product().isApproximate()
        ? numerics.withExactProducts()
        : numerics.withoutFormats();
  }

  /** The exception that gives a layer the chosen numerics. */
  public LayerOverride chosen(String layer) {
    ProductOptions product = numerics.product();
    if (product.isApproximate()) {
      return LayerOverride.of(
          layer,
          new LayerChange.OfMultiplier(product.multiplier()),
          new LayerChange.OfRounding(product.roundProducts()));
    }
    List<LayerChange> changes = new ArrayList<>();
    changes.add(new LayerChange.OfFormat(LayerKey.WEIGHTS, numerics.weights()));
    changes.add(new LayerChange.OfFormat(LayerKey.ACTIVATIONS, numerics.activations()));
    product.givenAccumulator().map(LayerChange.OfAccumulator::new).ifPresent(changes::add);
    return LayerOverride.of(layer, changes);
  }

  private LayerOverride spared(String layer) {
    ProductOptions product = numerics.product();
    if (product.isApproximate()) {
      return LayerOverride.of(
          layer,
          new LayerChange.OfMultiplier(ChosenMultiplier.EXACT),
          new LayerChange.OfRounding(false));
    }
    List<LayerChange> changes = new ArrayList<>();
    changes.add(new LayerChange.OfFormat(LayerKey.FORMAT, Formats.FLOAT32));
    if (product.givenAccumulator().isPresent()) {
      changes.add(new LayerChange.OfAccumulator(Accumulator.FP32));
    }
    return LayerOverride.of(layer, changes);
  }

  /** Formats that no layer is left to have are refused elsewhere: nothing would be quantized. */
  private Numerics withoutTheOnlyLayer() {
    return numerics.product().isApproximate() ? reference() : numerics.withoutQuantizers();
  }

  /**
   * Measures layers, the most sensitive first: by the SQNR of the logits with the layer alone.
   *
   * @param layers names
   */
  public List<Effect> measure(List<String> layers, Progress progress) {
    List<Effect> effects = new ArrayList<>();
    try (Progress.Meter meter = progress.start("sensitivity (layers)", layers.size())) {
      for (String layer : layers) {
        Numerics alone = reference().withLayers(List.of(chosen(layer)));
        Numerics others =
            layers.size() == 1
                ? withoutTheOnlyLayer()
                : numerics.withLayers(List.of(spared(layer)));
        effects.add(new Effect(layer, trials.score(alone), trials.score(others)));
        meter.advance(1);
      }
    }
    effects.sort(Comparator.comparingDouble(effect -> effect.alone().nearness().sqnr()));
    return effects;
  }
}
