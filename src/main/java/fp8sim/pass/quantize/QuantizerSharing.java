package fp8sim.pass.quantize;

import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Quantizer;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.TableQuantizer;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.quant.QuantizerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Drops quantizers, once their ranges are fixed, that would compute what is there already: of
 * several equal ones of one value all but the first, and one behind another on the same grid whose
 * limits change nothing any more. Outputs of the graph stay.
 */
public final class QuantizerSharing {
  private record Quantized(String value, Quantizer quantizer) {}

  private final Function<QuantizerId, @Nullable Quantizer> quantizers;
  private final Map<Quantized, String> made = new HashMap<>();
  private final Map<String, Quantizer> lastOf = new HashMap<>();
  private final Map<String, String> renamed = new HashMap<>();

  private QuantizerSharing(Function<QuantizerId, @Nullable Quantizer> quantizers) {
    this.quantizers = quantizers;
  }

  /**
   * The graph without such quantizers.
   *
   * @param quantizers null where the range is not fixed
   */
  public static Graph share(Graph graph, Function<QuantizerId, @Nullable Quantizer> quantizers) {
    return new QuantizerSharing(quantizers).share(graph);
  }

  private Graph share(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    Set<String> outputs = Set.copyOf(graph.outputs());
    for (Node original : graph.nodes()) {
      Node node = reading(original);
      String value = node.op() instanceof Op.FakeQuantize op ? present(node, op) : null;
      if (value != null && !outputs.contains(node.output())) {
        renamed.put(node.output(), value);
      } else {
        nodes.add(node);
      }
    }
    return renamed.isEmpty() ? graph : graph.withNodes(nodes, graph.initializers());
  }

  private Node reading(Node node) {
    List<String> inputs =
        node.inputs().stream().map(name -> renamed.getOrDefault(name, name)).toList();
    return inputs.equals(node.inputs())
        ? node
        : new Node(node.name(), node.op(), inputs, node.outputs());
  }

  /** The value that already is what the node computes; null if it is new. */
  private @Nullable String present(Node node, Op.FakeQuantize op) {
    Quantizer quantizer = quantizers.apply(op.quantizer());
    if (quantizer == null || quantizer.isStochastic() || op.keepsMasked()) {
      return null;
    }
    String input = node.input(0);
    Quantizer before = lastOf.get(input);
    if (before != null && keeps(quantizer, before)) {
      return input;
    }
    String first = made.putIfAbsent(new Quantized(input, quantizer), node.output());
    if (first == null) {
      lastOf.put(node.output(), quantizer);
    }
    return first;
  }

  /** Whether a quantizer changes nothing that another one gives. */
  private static boolean keeps(Quantizer a, Quantizer b) {
    if (!(a instanceof ScalarQuantizer quantizer) || !(b instanceof ScalarQuantizer before)) {
      return false;
    }
    float top = before.apply(Float.MAX_VALUE);
    float bottom = before.apply(-Float.MAX_VALUE);
    return haveOneGrid(quantizer, before)
        && quantizer.apply(top) == top
        && quantizer.apply(bottom) == bottom;
  }

  private static boolean haveOneGrid(ScalarQuantizer a, ScalarQuantizer b) {
    if (a instanceof FloatQuantizer x && b instanceof FloatQuantizer y) {
      return x.codeFormat().equals(y.codeFormat())
          && x.bias() == y.bias()
          && x.scale() == y.scale()
          && x.conversion().equals(y.conversion());
    }
    if (a instanceof TableQuantizer x && b instanceof TableQuantizer y) {
      return x.format().equals(y.format())
          && x.scale() == y.scale()
          && x.rounding() == y.rounding();
    }
    return a instanceof IntegerQuantizer && b instanceof IntegerQuantizer && a.scale() == b.scale();
  }
}
