package fp8sim.analysis;

import fp8sim.engine.Network;
import fp8sim.engine.QuantizedConstant;
import fp8sim.engine.QuantizerTap;
import fp8sim.numerics.NameSuffix;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Statistics of all quantizers of a network, by the name of the place: {@code LAYER/input}. */
public final class QuantizerStatistics {
  private QuantizerStatistics() {}

  /** Of the quantizers of weights; call it after the network was compiled or inspected. */
  public static Map<String, TensorStatistics> ofWeights(Network network) {
    Map<String, TensorStatistics> all = new LinkedHashMap<>();
    for (QuantizedConstant constant : network.quantization().constants()) {
      TensorStatistics statistics = new TensorStatistics();
      addChannels(statistics, constant);
      all.put(constant.layer() + NameSuffix.WEIGHT, statistics);
    }
    return all;
  }

  /** Elements of one channel that lie side by side are added together. */
  private static void addChannels(TensorStatistics statistics, QuantizedConstant constant) {
    Shape shape = constant.exact().shape();
    float[] exact = Conversion.toFloats(constant.exact());
    float[] quantized = Conversion.toFloats(constant.quantized());
    boolean whole = constant.channels().isTensor();
    int length =
        whole ? exact.length : shape.elements(constant.channels().axis() + 1, shape.rank());
    List<QuantizerLimits> limits = constant.quantizers().stream().map(QuantizerLimits::of).toList();
    float[] before = new float[length];
    float[] after = new float[length];
    for (int from = 0; from < exact.length; from += length) {
      System.arraycopy(exact, from, before, 0, length);
      System.arraycopy(quantized, from, after, 0, length);
      int channel = constant.channels().of(shape, from);
      statistics.add(before, after, constant.quantizers().get(channel), limits.get(channel));
    }
  }

  /**
   * Of the quantizers of computed tensors.
   *
   * @param network with fixed ranges
   * @param samples batches for its inputs, at least one
   */
  public static Map<String, TensorStatistics> ofActivations(
      Network network, List<Map<String, Tensor>> samples) {
    List<QuantizerTap> taps = QuantizerTap.of(network, samples.getFirst());
    network.tap(taps.stream().flatMap(tap -> List.of(tap.before(), tap.after()).stream()).toList());
    Map<String, TensorStatistics> all = new LinkedHashMap<>();
    for (int i = 0; i < samples.size(); i++) {
      network.setSample(i);
      Map<String, Tensor> values = network.run(samples.get(i));
      for (QuantizerTap tap : taps) {
        Tensor input = samples.get(i).get(tap.before());
        Tensor before = input != null ? input : values.get(tap.before());
        all.computeIfAbsent(tap.name(), name -> new TensorStatistics())
            .add(
                Conversion.toFloats(Objects.requireNonNull(before, tap.before())),
                Conversion.toFloats(Objects.requireNonNull(values.get(tap.after()), tap.after())),
                tap.quantizer());
      }
    }
    network.tap(List.of());
    return all;
  }
}
