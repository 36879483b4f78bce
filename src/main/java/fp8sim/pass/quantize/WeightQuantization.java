package fp8sim.pass.quantize;

import fp8sim.common.Fp8simException;
import fp8sim.format.Philox;
import fp8sim.format.Quantizer;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.ConstantQuantization;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.Ranges;
import fp8sim.quant.ValueRange;
import fp8sim.quant.Workers;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Computes the quantized weights of one network, into new memory. They depend on their ranges only,
 * so that all graphs that are made of the network share them.
 */
public final class WeightQuantization {
  /** A quantized constant and what quantized it. */
  public record QuantizedWeight(Tensor values, Quantizer[] quantizers, List<ValueRange> ranges) {}

  /**
   * A graph with quantized constants.
   *
   * @param weights those of this graph
   */
  public record Result(Graph graph, Map<QuantizerId, QuantizedWeight> weights) {}

  private final long seed;
  private final Workers workers;
  private final Map<QuantizerId, QuantizedWeight> known = new HashMap<>();

  /**
   * No weight is quantized before it is asked for; results are kept for later compilations.
   *
   * @param seed of stochastic rounding
   */
  public WeightQuantization(long seed, Workers workers) {
    this.seed = seed;
    this.workers = workers;
  }

  /**
   * The placement's graph with quantized constants in place of constants and their FakeQuantize.
   *
   * @param given ranges that need not be found
   * @throws Fp8simException if a weight is not finite, or has another number of channels than its
   *     given ranges
   */
  public Result apply(Placement placement, Ranges given) {
    Graph graph = placement.graph();
    Map<String, Tensor> initializers = new HashMap<>(graph.initializers());
    Map<QuantizerId, QuantizedWeight> weights = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Tensor constant = graph.initializers().get(node.input(0));
      if (node.op() instanceof Op.FakeQuantize op && constant != null) {
        QuantizerSpec spec = Objects.requireNonNull(placement.quantizers().get(op.quantizer()));
        QuantizedWeight weight = quantized(graph, spec, constant, given.find(spec.id()));
        weights.put(spec.id(), weight);
        initializers.put(node.output(), weight.values());
      } else {
        nodes.add(node);
      }
    }
    return new Result(graph.withNodes(nodes, initializers), weights);
  }

  private QuantizedWeight quantized(
      Graph graph, QuantizerSpec spec, Tensor constant, @Nullable CalibratedRange given) {
    List<ValueRange> ranges = given == null ? null : given.ranges();
    QuantizedWeight weight = known.get(spec.id());
    if (weight == null || (ranges != null && !ranges.equals(weight.ranges()))) {
      weight = quantize(graph, spec, constant, ranges);
      known.put(spec.id(), weight);
    }
    return weight;
  }

  private QuantizedWeight quantize(
      Graph graph, QuantizerSpec spec, Tensor constant, @Nullable List<ValueRange> given) {
    requireFinite(graph, spec, constant);
    List<ValueRange> ranges =
        given == null
            ? List.of(spec.channels().ranges(constant, () -> spec.estimator(workers), workers))
            : given;
    int channels = spec.channels().count(constant.shape());
    if (ranges.size() != channels) {
      throw Fp8simException.input(
          "quantizer %s has %d ranges, but %d channels; find the ranges anew with the same options"
              .formatted(spec.id(), ranges.size(), channels));
    }
    Quantizer[] quantizers = spec.quantizers(ranges);
    Tensor values =
        ConstantQuantization.apply(
            constant,
            spec.channels(),
            quantizers,
            seed,
            Philox.stream(spec.id().toString()),
            workers);
    return new QuantizedWeight(values, quantizers, ranges);
  }

  private static void requireFinite(Graph graph, QuantizerSpec spec, Tensor constant) {
    for (float value : constant.toFloats()) {
      if (!Float.isFinite(value)) {
        throw Fp8simException.input(
            "%s: %s: the weight has NaN or infinite values and cannot be quantized"
                .formatted(graph.name(), spec.id()));
      }
    }
  }
}
