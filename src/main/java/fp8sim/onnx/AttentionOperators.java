package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.onnx.composite.CausalConvolution;
import fp8sim.onnx.composite.FlexAttentionScores;
import fp8sim.onnx.composite.FlexAttentionValues;
import fp8sim.onnx.composite.LinearAttention;
import fp8sim.onnx.composite.RotaryEmbedding;
import fp8sim.onnx.composite.RotaryEmbedding.Order;
import fp8sim.onnx.composite.StandardAttention;
import fp8sim.onnx.composite.StandardAttention.Heads;
import fp8sim.onnx.composite.StandardAttention.Visibility;
import fp8sim.onnx.composite.SwishGate;
import fp8sim.onnx.composite.TensorScatter;
import fp8sim.tensor.DataType;
import java.util.List;

/** Attention and what ONNX has for networks of tokens around it. */
final class AttentionOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("Attention", 23, 23, 3, 6, AttentionOperators::attention).withOutputs(4),
          of("Attention", 24, LAST_OPSET, 3, 7, AttentionOperators::attention).withOutputs(4),
          of("CausalConvWithState", 27, LAST_OPSET, 2, 4, AttentionOperators::causalConvolution)
              .withOutputs(2),
          of("LinearAttention", 27, LAST_OPSET, 3, 6, AttentionOperators::linearAttention)
              .withOutputs(2),
          of("FlexAttention", 1, 1, 3, 3, AttentionOperators::flexAttention)
              .inDomain(OperatorTable.PREVIEW),
          of("RotaryEmbedding", 23, LAST_OPSET, 3, 4, AttentionOperators::rotaryEmbedding),
          of("SwiGLU", 28, LAST_OPSET, 2, 2, n -> swish(n, true)),
          of("Swish", 24, LAST_OPSET, 1, 1, n -> swish(n, false)),
          of("TensorScatter", 24, LAST_OPSET, 2, 3, AttentionOperators::tensorScatter));

  private AttentionOperators() {}

  private static void causalConvolution(NodeImport node) {
    String activation = node.attributes().string("activation", "none");
    if (!List.of("none", "silu", "swish").contains(activation)) {
      throw node.error("activation is " + Text.shorten(activation) + ", not none, silu or swish");
    }
    emit(node, new CausalConvolution(!activation.equals("none")));
  }

  private static void flexAttention(NodeImport node) {
    Attributes attributes = node.attributes();
    Float scale = attributes.has("scale") ? attributes.number("scale", 0) : null;
    DataType precision = attributes.type("softmax_precision");
    String scores =
        node.add(
            "scores",
            new Op.Composite(new FlexAttentionScores(scale, precision)),
            node.input(0),
            node.input(1));
    if (attributes.has("score_mod")) {
      scores = node.inline("score_mod", scores);
    }
    String probabilities = node.add("softmax", new Op.Softmax(-1, false, false), scores);
    if (attributes.has("prob_mod")) {
      probabilities = node.inline("prob_mod", probabilities);
    }
    Op values = new Op.Composite(new FlexAttentionValues());
    node.emit(values, List.of(node.input(0), probabilities, node.input(2)));
  }

  private static void linearAttention(NodeImport node) {
    Attributes attributes = node.attributes();
    attributes.ignore("chunk_size"); // how to compute, not what
    String rule = attributes.string("update_rule", "gated_delta");
    if (!List.of("linear", "gated", "delta", "gated_delta").contains(rule)) {
      throw node.error(
          "update_rule is " + Text.shorten(rule) + ", not linear, gated, delta or gated_delta");
    }
    Heads heads = new Heads(attributes.integer("q_num_heads"), attributes.integer("kv_num_heads"));
    if (heads.queries() < 1 || heads.keys() < 1 || heads.queries() % heads.keys() != 0) {
      throw node.error(
          "%d heads of queries cannot share %d of keys".formatted(heads.queries(), heads.keys()));
    }
    emit(
        node,
        new LinearAttention(
            heads,
            TransformerOperators.scale(attributes),
            rule.startsWith("gated"),
            rule.endsWith("delta")));
  }

  private static void rotaryEmbedding(NodeImport node) {
    emit(node, rotaryEmbedding(node.attributes(), Order.ONNX));
  }

  static RotaryEmbedding rotaryEmbedding(Attributes attributes, Order order) {
    return new RotaryEmbedding(
        attributes.flag("interleaved", false),
        attributes.integer("rotary_embedding_dim", 0),
        attributes.integer("num_heads", 0),
        order);
  }

  private static void swish(NodeImport node, boolean gated) {
    float alpha = node.attributes().number("alpha", 1);
    if (gated) {
      emit(node, new SwishGate("SwiGLU", alpha, true));
    } else if (alpha == 1) {
      node.emit(new Op.Unary(UnaryFunction.SILU));
    } else {
      emit(node, new SwishGate("Swish", alpha, false));
    }
  }

  private static void tensorScatter(NodeImport node) {
    String mode = node.attributes().string("mode", "linear");
    if (!List.of("linear", "circular").contains(mode)) {
      throw node.error("mode is " + Text.shorten(mode) + ", not linear or circular");
    }
    emit(node, new TensorScatter(node.attributes().integer("axis", -2), mode.equals("circular")));
  }

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
