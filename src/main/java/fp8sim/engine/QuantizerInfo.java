package fp8sim.engine;

import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.PlacedLayer;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.ProductSite;
import fp8sim.quant.QuantizerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A quantizer as {@code inspect} shows it.
 *
 * @param kind weight, activation or result
 * @param format with its scope
 * @param inserted whether it exists only because an approximate product needs it
 * @param range null before calibration
 */
public record QuantizerInfo(
    QuantizerId id, String kind, String format, boolean inserted, @Nullable CalibratedRange range) {

  /** All quantizers by the layer, or the product within it, that the place belongs to. */
  static Map<ProductSite, List<QuantizerInfo>> byOwner(QuantizedGraph graph) {
    Map<ProductSite, List<QuantizerInfo>> all = new LinkedHashMap<>();
    graph
        .places()
        .forEach(
            (place, spec) ->
                all.computeIfAbsent(place.owner(), owner -> new ArrayList<>())
                    .add(of(spec, graph)));
    return all;
  }

  private static QuantizerInfo of(QuantizerSpec spec, QuantizedGraph graph) {
    PlacedLayer layer = graph.placement().layers().get(spec.id().layer());
    boolean inserted = layer != null && layer.inputIsInserted() && spec.id().equals(layer.input());
    return new QuantizerInfo(
        spec.id(), spec.kind().toString(), spec.describe(), inserted, graph.range(spec.id()));
  }
}
