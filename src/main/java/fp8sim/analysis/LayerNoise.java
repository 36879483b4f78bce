package fp8sim.analysis;

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
      Network network, Network floating, List<Map<String, Tensor>> samples) {
    List<LayerOutput> layers = LayerOutput.of(network, floating, samples.getFirst());
    List<SignalToNoise> noise = layers.stream().map(layer -> new SignalToNoise()).toList();
    network.tap(layers.stream().map(LayerOutput::value).toList());
    floating.tap(layers.stream().map(LayerOutput::reference).toList());
    for (int i = 0; i < samples.size(); i++) {
      network.setSample(i);
      Map<String, Tensor> exact = floating.run(samples.get(i));
      Map<String, Tensor> actual = network.run(samples.get(i));
      for (int l = 0; l < layers.size(); l++) {
        LayerOutput layer = layers.get(l);
        noise.get(l).add(floats(exact, layer.reference()), floats(actual, layer.value()));
      }
    }
    network.tap(List.of());
    floating.tap(List.of());
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
