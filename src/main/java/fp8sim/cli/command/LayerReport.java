package fp8sim.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.analysis.LayerNoise;
import fp8sim.analysis.QuantizerStatistics;
import fp8sim.analysis.TensorStatistics;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.TextTable;
import fp8sim.common.JsonFile;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Inspection;
import fp8sim.engine.LayerInfo;
import fp8sim.quant.ProductSite;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerRole;
import fp8sim.quant.Ranges;
import fp8sim.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What quantizers do to each layer, as a table and in the machine-readable result. */
final class LayerReport {
  private final Inspection inspection;
  private final Map<QuantizerId, TensorStatistics> weights;
  private final Map<QuantizerId, TensorStatistics> activations;
  private final Map<String, Double> noise = new HashMap<>();

  /**
   * Looks at a network.
   *
   * @param network with fixed ranges
   * @param floating the same model without quantizers
   * @param samples batches for the inputs of both, at least one
   */
  LayerReport(Blueprint network, Blueprint floating, List<Map<String, Tensor>> samples) {
    inspection = Inspection.of(network, samples.getFirst());
    weights = QuantizerStatistics.ofWeights(inspection);
    activations = QuantizerStatistics.ofActivations(network, samples);
    LayerNoise.measure(network, floating, samples)
        .forEach(layer -> noise.put(layer.layer(), layer.sqnr()));
  }

  /** What the user should know about the placement of quantizers, one sentence each. */
  List<String> notes() {
    return inspection.notes();
  }

  /** All ranges of the network. */
  Ranges ranges() {
    return inspection.quantized().ranges();
  }

  /** The names of the layers that multiply quantized numbers. */
  List<String> quantizedLayers() {
    return inspection.layers().stream()
        .filter(layer -> layer.macs() > 0)
        .filter(layer -> !inspection.multiplier(layer).equals(Inspection.FLOAT32))
        .map(LayerInfo::name)
        .toList();
  }

  /** Whether a layer has a constant weight that is quantized. */
  boolean hasWeight(String layer) {
    return weights.containsKey(new QuantizerId(layer, QuantizerRole.WEIGHT));
  }

  void write(Invocation invocation) {
    TextTable table =
        new TextTable(
            "layer",
            "operator",
            "weights dB",
            "values dB",
            "result dB",
            "saturated %",
            "subnormal %",
            "zero %");
    JsonArray layers = new JsonArray();
    for (LayerInfo layer : inspection.layers()) {
      Map<QuantizerId, TensorStatistics> quantizers = quantizers(layer.name());
      if (layer.macs() == 0 && quantizers.isEmpty()) {
        continue;
      }
      layers.add(json(layer, quantizers));
      TensorStatistics weight = weights.get(new QuantizerId(layer.name(), QuantizerRole.WEIGHT));
      TensorStatistics values =
          quantizers.entrySet().stream()
              .filter(entry -> activations.containsKey(entry.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse(null);
      table.row(
          layer.name(),
          layer.operator(),
          decibels(weight == null ? null : weight.sqnr()),
          decibels(values == null ? null : values.sqnr()),
          decibels(noise.get(layer.name())),
          values == null ? "" : percent(values.saturated()),
          values == null ? "" : percent(values.subnormal()),
          values == null ? "" : percent(values.zero()));
    }
    invocation.out().print(table.alignRight(2, 3, 4, 5, 6, 7));
    invocation
        .out()
        .println(
            "weights, values: of the quantizers themselves; result: against float32, earlier layers"
                + " included; shares of values");
    invocation.result().put("layers", layers);
  }

  /** The quantizers of a layer, that of the weight first. */
  private Map<QuantizerId, TensorStatistics> quantizers(String layer) {
    Map<QuantizerId, TensorStatistics> own = new LinkedHashMap<>();
    for (Map<QuantizerId, TensorStatistics> all : List.of(weights, activations)) {
      all.forEach(
          (id, statistics) -> {
            if (id.owner().equals(ProductSite.of(layer))) {
              own.put(id, statistics);
            }
          });
    }
    return own;
  }

  private JsonObject json(LayerInfo layer, Map<QuantizerId, TensorStatistics> quantizers) {
    JsonObject json = new JsonObject();
    json.addProperty("name", layer.name());
    json.addProperty("operator", layer.operator());
    json.addProperty("macs", layer.macs());
    if (layer.macs() > 0) {
      json.addProperty("multiplier", inspection.multiplier(layer));
    }
    Double sqnr = noise.get(layer.name());
    if (sqnr != null) {
      json.add("sqnr", JsonFile.number(sqnr));
    }
    JsonArray all = new JsonArray();
    quantizers.forEach((id, statistics) -> all.add(json(id, statistics)));
    json.add("quantizers", all);
    return json;
  }

  private static JsonObject json(QuantizerId id, TensorStatistics statistics) {
    JsonObject json = new JsonObject();
    json.addProperty("name", id.toString());
    json.add("sqnr", JsonFile.number(statistics.sqnr()));
    json.addProperty("saturated", statistics.saturated());
    json.addProperty("subnormal", statistics.subnormal());
    json.addProperty("zero", statistics.zero());
    JsonObject exponents = new JsonObject();
    statistics
        .exponents()
        .forEach((exponent, count) -> exponents.addProperty(exponent.toString(), count));
    json.add("exponents", exponents);
    return json;
  }

  private static String decibels(@Nullable Double value) {
    return value == null || !Double.isFinite(value)
        ? ""
        : String.format(Locale.ROOT, "%.1f", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
