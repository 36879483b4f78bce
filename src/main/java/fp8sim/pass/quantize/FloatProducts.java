package fp8sim.pass.quantize;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.Numerics;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.pass.rewrite.Contraction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Products that stay in float though a format was chosen, and not because the user said so for
 * their layer.
 *
 * @param model its name, for messages
 * @param nodes names by reason
 */
record FloatProducts(String model, Map<String, List<String>> nodes) {
  /** Products that a message names for each reason. */
  private static final int NAMED = 5;

  private static final String ACTIVATIONS =
      "products of two computed values: " + UserOption.QUANTIZE_EXTRA.with("attention");

  private static final String RECURRENCE = "products of the state and R";

  /**
   * Looks for such products.
   *
   * @param graph in the form in which it is quantized
   * @param layers names of weight layers
   */
  static FloatProducts of(Graph graph, Set<String> layers, Numerics numerics) {
    Map<String, List<String>> nodes = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      boolean isFloat = ConstantElements.isNumber(graph.typeOf(anyOutput(node)).type());
      String reason = isFloat && !layers.contains(node.name()) ? reason(graph, node, numerics) : "";
      if (!reason.isEmpty()) {
        nodes.computeIfAbsent(reason, r -> new ArrayList<>()).add(node.name());
      }
    }
    return new FloatProducts(graph.name(), nodes);
  }

  private static String anyOutput(Node node) {
    return node.outputs().stream().filter(name -> !name.isEmpty()).findFirst().orElse("");
  }

  private static String reason(Graph graph, Node node, Numerics numerics) {
    boolean hasConstant =
        graph.initializers().containsKey(node.input(0))
            || graph.initializers().containsKey(node.input(1));
    return switch (node.op()) {
      case Op.Conv _, Op.ConvTranspose _, Op.Gemm _ ->
          hasConstant ? "both operands are constant" : "the weight is computed";
      case Op.Recurrence _ -> RECURRENCE;
      case Op.MatMul _ when hasConstant -> "both operands are constant";
      case Op.MatMul _, Op.Attention _ -> ofActivations(node, numerics);
      case Op.Einsum op -> {
        String obstacle =
            Contraction.obstacle(
                op, node.inputs().stream().map(name -> graph.typeOf(name).shape()).toList());
        yield obstacle.isEmpty() ? ofActivations(node, numerics) : "Einsum " + obstacle;
      }
      default -> "";
    };
  }

  private static String ofActivations(Node node, Numerics numerics) {
    LayerNumerics own = numerics.forNode(node.name());
    boolean isAsked = QuantizedForm.isProductWanted(numerics, own);
    return Numerics.isQuantized(own.input()) && !isAsked ? ACTIVATIONS : "";
  }

  /** What the user should know, in one line. */
  Optional<String> note() {
    return nodes.isEmpty()
        ? Optional.empty()
        : Optional.of(model + ": products that stay in float: " + reasons());
  }

  private String reasons() {
    return nodes.entrySet().stream()
        .map(entry -> "%s (%s)".formatted(names(entry.getValue()), entry.getKey()))
        .collect(Collectors.joining("; "));
  }

  private static String names(List<String> all) {
    String first = all.stream().limit(NAMED).collect(Collectors.joining(", "));
    return all.size() > NAMED ? "%s and %d more".formatted(first, all.size() - NAMED) : first;
  }

  /**
   * The error of a format that changes nothing.
   *
   * @param hasLayers whether there are weight layers
   */
  Fp8simException nothingQuantized(boolean hasLayers) {
    String why = hasLayers ? "these options leave every layer in float" : "no layer has a weight";
    return Fp8simException.usage(
        "%s: nothing is quantized: %s%s; use %s"
            .formatted(
                model,
                why,
                nodes.isEmpty() ? "" : ", and products stay in float: " + reasons(),
                UserOption.FORMAT.with("fp32")));
  }
}
