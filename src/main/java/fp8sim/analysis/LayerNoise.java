package fp8sim.analysis;

import fp8sim.engine.Blueprint;
import fp8sim.engine.Inspection;
import fp8sim.engine.LayerOutput;
import fp8sim.engine.Network;
import fp8sim.eval.SignalToNoise;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How far the result of a layer is from what it would be in float32, errors of earlier layers
 * included.
 *
 * @param layer name
 * @param sqnr in dB; infinite if there is no difference
 */
public record LayerNoise(String layer, double sqnr) {
  /** Ratios above this, and exact results beside others, count as this much in a mean. */
  private static final double CEILING = 150;

  /**
   * Measures all layers that multiply.
   *
   * @param network with fixed ranges
   * @param floating the same model without quantizers
   * @param samples batches for the inputs of both, at least one
   */
  public static List<LayerNoise> measure(
      Blueprint network, Blueprint floating, List<Map<String, Tensor>> samples) {
    Map<String, Tensor> example = samples.getFirst();
    List<LayerOutput> layers =
        LayerOutput.of(Inspection.of(network, example), Inspection.of(floating, example));
    List<SignalToNoise> noise = layers.stream().map(layer -> new SignalToNoise()).toList();
    List<String> values = layers.stream().map(LayerOutput::value).toList();
    List<String> references = layers.stream().map(LayerOutput::reference).toList();
    try (Network tapped = network.withTaps(values).open();
        Network exactly = floating.withTaps(references).open()) {
      for (int i = 0; i < samples.size(); i++) {
        tapped.setSample(i);
        Map<String, Tensor> exact = exactly.run(samples.get(i));
        Map<String, Tensor> actual = tapped.run(samples.get(i));
        for (int l = 0; l < layers.size(); l++) {
          LayerOutput layer = layers.get(l);
          noise.get(l).add(floats(exact, layer.reference()), floats(actual, layer.value()));
        }
      }
    }
    List<LayerNoise> result = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      result.add(new LayerNoise(layers.get(l).layer(), noise.get(l).decibels()));
    }
    return result;
  }

  private static float[] floats(Map<String, Tensor> outputs, String name) {
    return Conversion.toFloats(Objects.requireNonNull(outputs.get(name), name));
  }

  /**
   * The mean over layers in dB, each limited to 150 dB; infinite if all are exact, NaN without
   * layers.
   */
  public static double mean(List<LayerNoise> layers) {
    boolean exact = layers.stream().allMatch(layer -> layer.sqnr() == Double.POSITIVE_INFINITY);
    if (exact && !layers.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    return layers.stream()
        .mapToDouble(layer -> Math.min(layer.sqnr(), CEILING))
        .average()
        .orElse(Double.NaN);
  }
}
