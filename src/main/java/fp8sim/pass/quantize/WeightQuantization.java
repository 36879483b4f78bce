package fp8sim.pass.quantize;

import fp8sim.common.Fp8simException;
import fp8sim.format.Philox;
import fp8sim.format.Quantizer;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.quant.ConstantQuantization;
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
 * Computes the quantized weights of a network once, into new memory, for all graphs that are made
 * of it.
 */
public final class WeightQuantization {
  /** A quantized constant and what quantized it. */
  public record QuantizedWeight(Tensor values, Quantizer[] quantizers, List<ValueRange> ranges) {}

  private final long seed;
  private final Workers workers;
  private final Map<String, QuantizedWeight> weights = new LinkedHashMap<>();

  /**
   * Nothing yet.
   *
   * @param seed of stochastic rounding
   */
  public WeightQuantization(long seed, Workers workers) {
    this.seed = seed;
    this.workers = workers;
  }

  /** What has been quantized, by quantizer name. */
  public @Nullable QuantizedWeight get(String quantizer) {
    return weights.get(quantizer);
  }

  /**
   * The placement's graph with quantized constants in place of constants and their FakeQuantize.
   *
   * @param given ranges that need not be found, by quantizer name
   * @throws Fp8simException if a weight is not finite, or has another number of channels than its
   *     given ranges
   */
  public Graph apply(Placement placement, Map<String, List<ValueRange>> given) {
    Graph graph = placement.graph();
    Map<String, Tensor> initializers = new HashMap<>(graph.initializers());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Tensor constant = graph.initializers().get(node.input(0));
      if (node.op() instanceof Op.FakeQuantize op && constant != null) {
        QuantizerSpec spec = Objects.requireNonNull(placement.quantizers().get(op.quantizer()));
        QuantizedWeight weight = weights.get(spec.name());
        if (weight == null) {
          weight = quantize(graph, spec, constant, given.get(spec.name()));
          weights.put(spec.name(), weight);
        }
        initializers.put(node.output(), weight.values());
      } else {
        nodes.add(node);
      }
    }
    return graph.withNodes(nodes, initializers);
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
              .formatted(spec.name(), ranges.size(), channels));
    }
    Quantizer[] quantizers = spec.quantizers(ranges);
    Tensor values =
        ConstantQuantization.apply(
            constant, spec.channels(), quantizers, seed, Philox.stream(spec.name()), workers);
    return new QuantizedWeight(values, quantizers, ranges);
  }

  private static void requireFinite(Graph graph, QuantizerSpec spec, Tensor constant) {
    for (float value : constant.toFloats()) {
      if (!Float.isFinite(value)) {
        throw Fp8simException.input(
            "%s: %s: the weight has NaN or infinite values and cannot be quantized"
                .formatted(graph.name(), spec.name()));
      }
    }
  }
}
