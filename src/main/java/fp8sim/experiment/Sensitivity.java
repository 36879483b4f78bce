package fp8sim.experiment;

import fp8sim.Progress;
import fp8sim.numerics.LayerOverride;
import fp8sim.numerics.Numerics;
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
   * A measurement.
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

  /** The exception that gives a layer the chosen numerics, as the option has it. */
  public String chosen(String layer) {
    if (numerics.product().isApproximate()) {
      return "%s:multiplier=[%s],round-products=%s"
          .formatted(layer, numerics.product().multiplier(), numerics.product().roundProducts());
    }
    return layer + ":" + numerics.formatsOfLayer() + accumulator();
  }

  private String accumulator() {
    String given = numerics.product().givenAccumulator();
    return given.isEmpty() ? "" : ",accumulator=[" + given + "]";
  }

  private String spared(String layer) {
    return numerics.product().isApproximate()
        ? layer + ":multiplier=exact,round-products=false"
        : layer + ":format=fp32" + (accumulator().isEmpty() ? "" : ",accumulator=fp32");
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
        Numerics alone = reference().withLayers(List.of(LayerOverride.parse(chosen(layer))));
        Numerics others =
            layers.size() == 1
                ? withoutTheOnlyLayer()
                : numerics.withLayers(List.of(LayerOverride.parse(spared(layer))));
        effects.add(new Effect(layer, trials.score(alone), trials.score(others)));
        meter.advance(1);
      }
    }
    effects.sort(Comparator.comparingDouble(effect -> effect.alone().sqnr()));
    return effects;
  }
}
