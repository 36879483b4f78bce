package fp8sim.analysis;

import fp8sim.engine.Blueprint;
import fp8sim.engine.Inspection;
import fp8sim.engine.Network;
import fp8sim.engine.QuantizedConstant;
import fp8sim.engine.QuantizerTap;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerRole;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Statistics of all quantizers of a network, by the place where they quantize. */
public final class QuantizerStatistics {
  private QuantizerStatistics() {}

  /** Of the quantizers of weights. */
  public static Map<QuantizerId, TensorStatistics> ofWeights(Inspection network) {
    Map<QuantizerId, TensorStatistics> all = new LinkedHashMap<>();
    for (QuantizedConstant constant : QuantizedConstant.of(network)) {
      TensorStatistics statistics = new TensorStatistics();
      addChannels(statistics, constant);
      all.put(new QuantizerId(constant.layer(), QuantizerRole.WEIGHT), statistics);
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
  public static Map<QuantizerId, TensorStatistics> ofActivations(
      Blueprint network, List<Map<String, Tensor>> samples) {
    List<QuantizerTap> taps = QuantizerTap.of(Inspection.of(network, samples.getFirst()));
    List<String> values =
        taps.stream().flatMap(tap -> Stream.of(tap.before(), tap.after())).toList();
    Map<QuantizerId, TensorStatistics> all = new LinkedHashMap<>();
    try (Network tapped = network.withTaps(values).open()) {
      for (int i = 0; i < samples.size(); i++) {
        tapped.setSample(i);
        add(samples.get(i), tapped.run(samples.get(i)), taps, all);
      }
    }
    return all;
  }

  private static void add(
      Map<String, Tensor> inputs,
      Map<String, Tensor> values,
      List<QuantizerTap> taps,
      Map<QuantizerId, TensorStatistics> all) {
    for (QuantizerTap tap : taps) {
      Tensor input = inputs.get(tap.before());
      Tensor before = input != null ? input : values.get(tap.before());
      all.computeIfAbsent(tap.place(), place -> new TensorStatistics())
          .add(
              Conversion.toFloats(Objects.requireNonNull(before, tap.before())),
              Conversion.toFloats(Objects.requireNonNull(values.get(tap.after()), tap.after())),
              tap.quantizer());
    }
  }
}
