package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Op;
import fp8sim.onnx.composite.StandardAttention;
import fp8sim.onnx.composite.StandardAttention.Heads;
import fp8sim.onnx.composite.StandardAttention.Visibility;
import java.util.List;

/** Attention and what ONNX has for networks of tokens around it. */
final class AttentionOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("Attention", 23, 23, 3, 6, AttentionOperators::attention).withOutputs(4),
          of("Attention", 24, LAST_OPSET, 3, 7, AttentionOperators::attention).withOutputs(4));

  private AttentionOperators() {}

  private static void attention(NodeImport node) {
    Attributes attributes = node.attributes();
    int mode = attributes.integer("qk_matmul_output_mode", 0);
    if (mode < 0 || mode > 3) {
      throw node.error("qk_matmul_output_mode is " + mode + ", not 0 to 3");
    }
    float softcap = attributes.number("softcap", 0);
    if (!(softcap >= 0)) {
      throw node.error("softcap is " + softcap);
    }
    boolean hasWindow = node.opset() >= 25;
    emit(
        node,
        new StandardAttention(
            new Heads(attributes.integer("q_num_heads", 0), attributes.integer("kv_num_heads", 0)),
            new Visibility(
                attributes.flag("is_causal", false),
                hasWindow ? attributes.integer("left_window_size", -1) : -1,
                hasWindow ? attributes.integer("right_window_size", -1) : -1),
            attributes.has("scale") ? attributes.number("scale", 0) : null,
            softcap,
            attributes.type("softmax_precision"),
            mode));
  }

  /** A composite operator whose first output has the type of the first input. */
  static void emit(NodeImport node, CompositeOperator operator) {
    if (node.knowsElementType(node.input(0))) {
      node.declare(node.output(), node.elementType(node.input(0)));
    }
    node.emit(new Op.Composite(operator));
  }
}
