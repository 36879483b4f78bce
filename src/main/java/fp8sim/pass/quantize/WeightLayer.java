package fp8sim.pass.quantize;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.quant.Channels;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node with a constant weight and what belongs to it: {@code node [+ Add of a constant bias] [+
 * BatchNormalization] [+ activation function]}.
 *
 * @param weight the constant
 * @param result the value after node and bias
 * @param output the value at the end of the group
 */
record WeightLayer(Node node, Tensor weight, String result, String output) {
  /** Where weight layers have their weight. */
  static final int WEIGHT = 1;

  /** The constant weight of a node, or null if the node is no weight layer. */
  static @Nullable Tensor weightOf(Node node, Map<String, Tensor> initializers) {
    boolean hasWeight =
        switch (node.op()) {
          case Op.Conv _, Op.ConvTranspose _, Op.Gemm _, Op.MatMul _ -> true;
          default -> false;
        };
    Tensor weight = hasWeight ? initializers.get(node.input(WEIGHT)) : null;
    if (weight == null || initializers.containsKey(node.input(0))) {
      return null;
    }
    return weight.shape().rank() >= 2 && weight.shape().elements() > 0 ? weight : null;
  }

  /** The output channels of the weight (docs/semantics.md section 2.5). */
  Channels channels() {
    return channels(node, weight.shape());
  }

  private static Channels channels(Node node, Shape shape) {
    return switch (node.op()) {
      case Op.Conv _ -> Channels.along(0);
      case Op.ConvTranspose op -> new Channels(1, op.group());
      case Op.Gemm op -> Channels.along(op.transB() ? 0 : 1);
      case Op.MatMul op -> Channels.along(shape.rank() - (op.transB() ? 2 : 1));
      default -> throw new IllegalStateException(node.describe() + " has no weight");
    };
  }

  /** Whether it is a convolution with one input channel per group. */
  boolean isDepthwise() {
    return node.op() instanceof Op.Conv conv && conv.group() > 1 && weight.shape().dim(1) == 1;
  }
}
