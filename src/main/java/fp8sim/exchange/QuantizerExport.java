package fp8sim.exchange;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.pass.quantize.WeightQuantization.QuantizedWeight;
import fp8sim.plan.PlacedQuantizers;
import fp8sim.plan.Planner;
import fp8sim.quant.QuantizerId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A quantized graph as a graph of operators that ONNX has. */
final class QuantizerExport {
  private final QuantizedGraph quantized;
  private final ExportedNodes out;
  private final QuantizerWriter writer;

  private QuantizerExport(QuantizedGraph quantized, Graph lowered, ExportTarget target) {
    this.quantized = quantized;
    this.out = new ExportedNodes(lowered);
    this.writer =
        switch (target.dialect()) {
          case ONNX -> new PairedQuantizers(out, target.newestOpset());
          case QONNX -> new SimulatedQuantizers(out, target.newestOpset());
        };
  }

  /**
   * The graph with operators of ONNX in place of quantizers and of Attention.
   *
   * @throws Fp8simException (usage) if a quantizer cannot be written
   */
  static Graph of(QuantizedGraph quantized, Numerics numerics, ExportTarget target) {
    ExportableNumerics.checkNormalization(quantized.graph(), Planner.fusesNormalization(numerics));
    Graph shared = quantized.share(quantized.graph());
    PlacedQuantizers placed =
        new PlacedQuantizers(quantized.quantizers().keySet(), false, Set.of());
    Graph lowered = Planner.lowered(shared, placed);
    return new QuantizerExport(quantized, lowered, target).write(lowered);
  }

  private Graph write(Graph lowered) {
    Set<String> read = new HashSet<>(lowered.outputs());
    lowered.nodes().forEach(node -> read.addAll(node.inputs()));
    constants()
        .forEach(
            (name, id) -> {
              if (read.contains(name)) {
                weight(name, id);
              }
            });
    for (Node node : lowered.nodes()) {
      if (node.op() instanceof Op.FakeQuantize op) {
        activation(node, op);
      } else {
        out.add(node);
      }
    }
    return out.toGraph();
  }

  /** The quantized constants, in the order of the graph, and what quantized them. */
  private Map<String, QuantizerId> constants() {
    Graph graph = quantized.placement().graph();
    Map<String, QuantizerId> constants = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.FakeQuantize op
          && graph.initializers().containsKey(node.input(0))) {
        constants.put(node.output(), op.quantizer());
      }
    }
    return constants;
  }

  private void weight(String name, QuantizerId id) {
    QuantizerSpec spec = Objects.requireNonNull(quantized.quantizers().get(id));
    QuantizedWeight weight = Objects.requireNonNull(quantized.weights().get(id));
    writer.weight(id, spec.channels(), weight.quantizers(), weight.values(), name);
  }

  private void activation(Node node, Op.FakeQuantize op) {
    QuantizerId id = op.quantizer();
    if (op.keepsMasked()) {
      throw Fp8simException.usage(
          "quantizer %s leaves masked scores as they are, which no operator of ONNX does; export"
                  .formatted(id)
              + " without softmax in "
              + UserOption.QUANTIZE_EXTRA);
    }
    writer.activation(id, quantized.quantizer(id), node.input(0), node.output());
  }
}
