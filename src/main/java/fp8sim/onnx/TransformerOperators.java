package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.onnx.composite.BiasSplitGelu;
import fp8sim.onnx.composite.EmbeddingNormalization;
import fp8sim.onnx.composite.GroupQueryAttention;
import fp8sim.onnx.composite.MultiHeadAttention;
import fp8sim.onnx.composite.PackedAttention;
import fp8sim.onnx.composite.RotaryEmbedding.Order;
import fp8sim.onnx.composite.SkipNormalization;
import fp8sim.onnx.composite.StandardAttention.Heads;
import fp8sim.onnx.composite.SwishGate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What ONNX Runtime's optimizer for transformers writes. */
final class TransformerOperators {
  /** ONNX Runtime's own default; ONNX's is larger. */
  private static final float SMALL_EPSILON = 1e-12f;

  static final List<OperatorVersion> ALL = all();

  private TransformerOperators() {}

  private static List<OperatorVersion> all() {
    List<OperatorVersion> own =
        List.of(
            of("Attention", 1, 1, 2, 7, TransformerOperators::attention).withOutputs(2),
            of("BiasAdd", 1, 1, 3, 3, TransformerOperators::biasAdd),
            of("BiasSplitGelu", 1, 1, 2, 2, n -> AttentionOperators.emit(n, new BiasSplitGelu())),
            of("EmbedLayerNormalization", 1, 1, 7, 9, TransformerOperators::embedding)
                .withOutputs(3),
            of("GroupQueryAttention", 1, 1, 1, 16, TransformerOperators::groupQueryAttention)
                .withOutputs(4),
            of("MultiHeadAttention", 1, 1, 1, 10, TransformerOperators::multiHeadAttention)
                .withOutputs(4),
            of("QuickGelu", 1, 1, 1, 1, TransformerOperators::quickGelu),
            of("RotaryEmbedding", 1, 1, 4, 4, TransformerOperators::rotaryEmbedding),
            of("SkipLayerNormalization", 1, 1, 3, 5, n -> skip(n, true)).withOutputs(4),
            of("SkipSimplifiedLayerNormalization", 1, 1, 3, 4, n -> skip(n, false)).withOutputs(4));
    List<OperatorVersion> all = new ArrayList<>();
    own.forEach(version -> all.add(version.inDomain(OperatorTable.MICROSOFT)));
    // ONNX Runtime puts this one into ONNX's domain.
    all.add(
        of("SimplifiedLayerNormalization", 1, LAST_OPSET, 2, 2, TransformerOperators::simplified)
            .withOutputs(2));
    return List.copyOf(all);
  }

  private static void attention(NodeImport node) {
    Attributes attributes = node.attributes();
    requireZero(node, "do_rotary", "past_present_share_buffer", "rotary_embedding_dim");
    AttentionOperators.emit(
        node,
        new PackedAttention(
            heads(node, "num_heads"),
            attributes.flag("unidirectional", false),
            attributes.integers("qkv_hidden_sizes"),
            scale(attributes),
            attributes.number("mask_filter_value", -10000)));
  }

  private static void multiHeadAttention(NodeImport node) {
    Attributes attributes = node.attributes();
    requireAbsent(node, 8);
    AttentionOperators.emit(
        node,
        new MultiHeadAttention(
            heads(node, "num_heads"),
            attributes.flag("unidirectional", false),
            scale(attributes),
            attributes.number("mask_filter_value", -10000)));
  }

  private static void groupQueryAttention(NodeImport node) {
    Attributes attributes = node.attributes();
    // Exporters write the default of the schema, which is -1.
    if (attributes.integer("smooth_softmax", 0) == 1) {
      throw node.unsupported("smooth_softmax");
    }
    if (!attributes.flag("causal", true)) {
      throw node.unsupported("causal = 0");
    }
    attributes.ignore("qk_norm_epsilon"); // of inputs that are refused
    requireZero(node, "qk_output", "kv_cache_bit_width", "sliding_window_cache");
    requireText(node, "k_quant_type", "NONE");
    requireText(node, "v_quant_type", "NONE");
    requireAbsent(node, 11);
    boolean interleaved = attributes.flag("rotary_interleaved", false);
    AttentionOperators.emit(
        node,
        new GroupQueryAttention(
            new Heads(heads(node, "num_heads"), heads(node, "kv_num_heads")),
            scale(attributes),
            attributes.number("softcap", 0),
            attributes.integer("local_window_size", -1),
            attributes.flag("do_rotary", false) ? interleaved : null));
  }

  private static void rotaryEmbedding(NodeImport node) {
    requireZero(node, "is_packed_batching");
    if (node.attributes().number("scale", 1) != 1) {
      throw node.unsupported("scale");
    }
    AttentionOperators.emit(
        node, AttentionOperators.rotaryEmbedding(node.attributes(), Order.MICROSOFT));
  }

  private static void skip(NodeImport node, boolean centred) {
    float epsilon = node.attributes().number("epsilon", SMALL_EPSILON);
    AttentionOperators.emit(node, new SkipNormalization(epsilon, centred));
  }

  private static void simplified(NodeImport node) {
    if (node.hasOutput(1)) {
      throw node.unsupported("its second output");
    }
    node.emitFirst(NormalizationOperators.rms(node), node.inputs());
  }

  private static void embedding(NodeImport node) {
    node.attributes().ignore("mask_index_type"); // 0: int32, the only one
    if (node.knowsElementType(node.input(2))) {
      node.declare(node.output(), node.elementType(node.input(2)));
    }
    node.emit(
        new Op.Composite(
            new EmbeddingNormalization(node.attributes().number("epsilon", SMALL_EPSILON))));
  }

  private static void quickGelu(NodeImport node) {
    float alpha = node.attributes().number("alpha", 1.702f);
    AttentionOperators.emit(node, new SwishGate("QuickGelu", alpha, false));
  }

  private static void biasAdd(NodeImport node) {
    Op.Binary add = new Op.Binary(BinaryFunction.ADD);
    String sum = node.add("bias", add, node.input(0), node.input(1));
    node.emit(add, List.of(sum, node.input(2)));
  }

  /** Null for the default. */
  static @Nullable Float scale(Attributes attributes) {
    float scale = attributes.number("scale", 0);
    return scale == 0 ? null : scale;
  }

  private static int heads(NodeImport node, String attribute) {
    int heads = node.attributes().integer(attribute);
    if (heads < 1) {
      throw node.error(attribute + " is " + heads);
    }
    return heads;
  }

  private static void requireZero(NodeImport node, String... attributes) {
    for (String name : attributes) {
      if (node.attributes().integer(name, 0) != 0) {
        throw node.unsupported(name);
      }
    }
  }

  private static void requireText(NodeImport node, String attribute, String wanted) {
    if (!node.attributes().string(attribute, wanted).equals(wanted)) {
      throw node.unsupported(attribute);
    }
  }

  private static void requireAbsent(NodeImport node, int from) {
    for (int i = from; i < node.inputs().size(); i++) {
      if (node.hasInput(i)) {
        throw node.unsupported("its input " + i);
      }
    }
  }
}
