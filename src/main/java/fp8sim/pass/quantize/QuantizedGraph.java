package fp8sim.pass.quantize;

import fp8sim.common.Fp8simException;
import fp8sim.format.Quantizer;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.WeightQuantization.QuantizedWeight;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.QuantizerState;
import fp8sim.quant.Ranges;
import fp8sim.quant.ValueRange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A graph with its quantizers: where they are, and what is known about their ranges.
 *
 * @param graph with quantized constants in place of constants and their FakeQuantize
 * @param placement with both
 * @param weights the quantized constants
 * @param activations the quantizers of computed tensors whose range is known
 * @param calibrating whether ranges are being found
 */
public record QuantizedGraph(
    Graph graph,
    Placement placement,
    Map<QuantizerId, QuantizedWeight> weights,
    Map<QuantizerId, Fixed> activations,
    boolean calibrating) {
  /** A quantizer and the range that it is for. */
  public record Fixed(ValueRange range, Quantizer quantizer) {}

  public QuantizedGraph {
    weights = Map.copyOf(weights);
    activations = Map.copyOf(activations);
  }

  /** All quantizers, in the order of the graph. */
  public Map<QuantizerId, QuantizerSpec> quantizers() {
    return placement.quantizers();
  }

  /**
   * The quantizer of a computed tensor.
   *
   * @throws Fp8simException if its range is not known
   */
  public Quantizer quantizer(QuantizerId id) {
    Fixed fixed = activations.get(id);
    if (fixed == null) {
      throw QuantizerState.withoutRange(id);
    }
    return fixed.quantizer();
  }

  /** What is known about a quantizer's range; null if nothing is. */
  public @Nullable CalibratedRange range(QuantizerId id) {
    QuantizerSpec spec = quantizers().get(id);
    List<ValueRange> ranges = spec == null ? null : ranges(spec);
    return spec == null || ranges == null ? null : spec.calibrated(ranges);
  }

  private @Nullable List<ValueRange> ranges(QuantizerSpec spec) {
    if (spec.kind() == QuantizerKind.WEIGHT) {
      QuantizedWeight weight = weights.get(spec.id());
      return weight == null ? null : weight.ranges();
    }
    Fixed fixed = activations.get(spec.id());
    return fixed == null ? null : List.of(fixed.range());
  }

  /** All ranges that are known, in the order of the graph. */
  public Ranges ranges() {
    Map<QuantizerId, CalibratedRange> all = new LinkedHashMap<>();
    for (QuantizerId id : quantizers().keySet()) {
      CalibratedRange range = range(id);
      if (range != null) {
        all.put(id, range);
      }
    }
    return Ranges.of(all);
  }

  /**
   * The quantizers by the place where they are, in the order of the graph: their own, and each
   * other place which they quantize too.
   */
  public Map<QuantizerId, QuantizerSpec> places() {
    Map<QuantizerId, QuantizerSpec> places = new LinkedHashMap<>(quantizers());
    for (Node node : placement.graph().nodes()) {
      QuantizerId place = placement.places().get(node.name());
      QuantizerSpec spec =
          node.op() instanceof Op.FakeQuantize op ? quantizers().get(op.quantizer()) : null;
      if (place != null && spec != null) {
        places.putIfAbsent(place, spec);
      }
    }
    return places;
  }

  /** The graph of some of its values, without what these do not depend on. */
  public Graph only(List<String> values) {
    return DeadNodes.remove(
        new Graph(
            graph.name(),
            graph.inputs(),
            values,
            graph.nodes(),
            graph.initializers(),
            graph.types()));
  }

  /**
   * A graph without quantizers that compute what is there already, once ranges are fixed.
   *
   * @param tapped this graph, which may have more outputs
   */
  public Graph share(Graph tapped) {
    return calibrating
        ? tapped
        : QuantizerSharing.share(
            tapped,
            id -> {
              Fixed fixed = activations.get(id);
              return fixed == null ? null : fixed.quantizer();
            });
  }
}
