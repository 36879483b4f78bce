package fp8sim.plan;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.quant.QuantizerId;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Attaches element-wise nodes to the node whose only consumer they are. Every fused operation
 * rounds as it would on its own, so fusion never changes a bit.
 */
final class Fusion {
  private final Map<String, Tensor> initializers;
  private final ValueTypes types;
  private final Predicate<QuantizerId> fuseQuantizers;
  private final boolean fusesNormalization;
  private final Map<String, Integer> uses = new HashMap<>();

  /** Groups by the value they end with, while that value may still be fused with its consumer. */
  private final Map<String, FusedNodes> open = new HashMap<>();

  private Fusion(
      Map<String, Tensor> initializers,
      ValueTypes types,
      Predicate<QuantizerId> fuseQuantizers,
      boolean fusesNormalization) {
    this.fusesNormalization = fusesNormalization;
    this.initializers = initializers;
    this.types = types;
    this.fuseQuantizers = fuseQuantizers;
  }

  /**
   * Groups nodes.
   *
   * @param fuseQuantizers which quantizers may be fused: their ranges are fixed, and their rounding
   *     does not depend on where an element lies, or on others
   * @param fusesNormalization whether BatchNormalization behind a product is rounded once
   */
  static List<FusedNodes> fuse(
      List<Node> nodes,
      List<String> outputs,
      Map<String, Tensor> initializers,
      ValueTypes types,
      Predicate<QuantizerId> fuseQuantizers,
      boolean fusesNormalization) {
    return new Fusion(initializers, types, fuseQuantizers, fusesNormalization).fuse(nodes, outputs);
  }

  private List<FusedNodes> fuse(List<Node> nodes, List<String> outputs) {
    nodes.forEach(node -> node.inputs().forEach(name -> uses.merge(name, 1, Integer::sum)));
    outputs.forEach(name -> uses.merge(name, 2, Integer::sum));
    List<FusedNodes> groups = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      FusedNodes group = join(node, i);
      if (group == null) {
        group = new FusedNodes(node, i);
        groups.add(group);
      }
      if (uses.getOrDefault(group.output(), 0) == 1 && canGrow(group)) {
        open.put(group.output(), group);
      }
    }
    groups.sort(Comparator.comparingInt(FusedNodes::position));
    return groups;
  }

  /** Appends the node to the group it can join, the one that ends last if it could join two. */
  private @Nullable FusedNodes join(Node node, int position) {
    FusedNodes best = null;
    FusedNodes.Fused bestFused = null;
    for (String input : node.inputs()) {
      FusedNodes group = open.get(input);
      FusedNodes.Fused fused = group == null ? null : fused(group, node, input);
      if (group != null && fused != null && (best == null || group.position() > best.position())) {
        best = group;
        bestFused = fused;
      }
    }
    if (best != null && bestFused != null) {
      open.remove(best.output());
      best.append(bestFused, position);
    }
    return best;
  }

  private boolean canGrow(FusedNodes group) {
    TensorType type = types.of(group.output());
    boolean head =
        switch (group.head().op()) {
          case Op.Conv op -> true;
          case Op.ConvTranspose op -> true;
          case Op.Gemm op -> true;
          case Op.MatMul op -> true;
          case Op.Binary op -> true;
          case Op.BatchNormalization op -> true;
          default -> false;
        };
    return head && type.type() == DataType.FLOAT;
  }

  private static boolean isProduct(FusedNodes group) {
    return !(group.head().op() instanceof Op.Binary)
        && !(group.head().op() instanceof Op.BatchNormalization);
  }

  private FusedNodes.@Nullable Fused fused(FusedNodes group, Node node, String value) {
    if (node.op() instanceof Op.Unary unary) {
      boolean real = types.of(node.output()).type() == DataType.FLOAT;
      return real
          ? new FusedNodes.Fused(node, operands -> new Epilogue.Activation(unary), "")
          : null;
    }
    if (node.op() instanceof Op.FakeQuantize quantize) {
      Epilogue epilogue = new Epilogue.FakeQuantize(quantize.quantizer());
      return fuseQuantizers.test(quantize.quantizer()) && !quantize.keepsMasked()
          ? new FusedNodes.Fused(node, operands -> epilogue, "")
          : null;
    }
    if (!isProduct(group)) {
      return null;
    }
    if (node.op() instanceof Op.BatchNormalization bn) {
      return normalization(node, bn, value);
    }
    if (node.op() instanceof Op.Binary binary && node.inputs().size() == 2) {
      String other = node.input(0).equals(value) ? node.input(1) : node.input(0);
      return binary(group, node, binary.function(), value, other);
    }
    return null;
  }

  private FusedNodes.@Nullable Fused binary(
      FusedNodes group, Node node, BinaryFunction function, String value, String other) {
    Shape shape = types.of(value).shape();
    Tensor constant = initializers.get(other);
    if (!types.of(node.output()).shape().equals(shape)) {
      return null;
    }
    if (constant == null) {
      boolean residual =
          function == BinaryFunction.ADD
              && !other.equals(value)
              && types.of(other).equals(types.of(value));
      return residual
          ? new FusedNodes.Fused(node, x -> new Epilogue.Residual(x.apply(other)), other)
          : null;
    }
    if (constant.type() != DataType.FLOAT) {
      return null;
    }
    if (constant.shape().elements() == 1) {
      float factor = constant.data().get(Tensor.FLOAT, 0);
      Op.Unary scale = new Op.Unary(UnaryFunction.SCALE, factor, 0);
      return function == BinaryFunction.MUL
          ? new FusedNodes.Fused(node, operands -> new Epilogue.Activation(scale), "")
          : null;
    }
    int axis = ChannelConstants.axis(constant.shape(), shape);
    if (function != BinaryFunction.ADD || axis != channelAxis(group, shape)) {
      return null;
    }
    Operand.Constant bias = new Operand.Constant(ChannelConstants.flatten(constant));
    return new FusedNodes.Fused(node, x -> new Epilogue.Bias(axis, bias), "");
  }

  private FusedNodes.@Nullable Fused normalization(
      Node node, Op.BatchNormalization bn, String value) {
    List<Tensor> parameters = new ArrayList<>();
    for (String name : node.inputs().subList(1, 5)) {
      Tensor parameter = initializers.get(name);
      if (parameter == null || parameter.type() != DataType.FLOAT) {
        return null;
      }
      parameters.add(parameter);
    }
    if (!node.input(0).equals(value)) {
      return null;
    }
    Epilogue.Affine affine =
        ChannelConstants.affine(
            parameters.get(0),
            parameters.get(1),
            parameters.get(2),
            parameters.get(3),
            bn.epsilon(),
            fusesNormalization);
    return new FusedNodes.Fused(node, operands -> affine, "");
  }

  /** Where kernels take a bias: the channel of a convolution, the last axis of a matrix product. */
  private static int channelAxis(FusedNodes group, Shape shape) {
    return group.head().op() instanceof Op.Conv || group.head().op() instanceof Op.ConvTranspose
        ? 1
        : shape.rank() - 1;
  }
}
