package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/**
 * Losses of classifiers, for networks that yield one: {@code -weight[t] * x[n,t,d..]}, t being the
 * target of {@code [n,d..]}, 0 where that is to be ignored; their sum, or their mean with these
 * weights.
 */
final class LossOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("NegativeLogLikelihoodLoss", 12, LAST_OPSET, 2, 3, n -> loss(n, n.input(0))),
          of("SoftmaxCrossEntropyLoss", 12, LAST_OPSET, 2, 3, LossOperators::crossEntropy)
              .withOutputs(2));

  private LossOperators() {}

  private static void crossEntropy(NodeImport node) {
    Op.Softmax logarithms = new Op.Softmax(1, false, true);
    if (node.hasOutput(1)) {
      node.emitTo(node.outputs().get(1), logarithms, node.input(0));
      loss(node, node.outputs().get(1));
    } else {
      loss(node, node.add("log_prob", logarithms, node.input(0)));
    }
  }

  private static void loss(NodeImport node, String logarithms) {
    String target = node.add("target", new Op.Cast(DataType.INT64, true), node.input(1));
    String ignored = "";
    if (node.attributes().has("ignore_index")) {
      String index = node.constant("ignore", scalar(node.attributes().integer("ignore_index", 0)));
      ignored = node.add("ignored", new Op.Binary(BinaryFunction.EQUAL), target, index);
      target = node.add("kept", new Op.Where(), ignored, node.constant("none", scalar(0)), target);
    }
    String channel = node.constant("channel", 1L);
    String indices = node.add("indices", new Op.Unsqueeze(), target, channel);
    String picked = node.add("picked", new Op.GatherElements(1), logarithms, indices);
    String likelihood = node.add("likelihood", new Op.Squeeze(), picked, channel);
    String losses = node.add("losses", new Op.Unary(UnaryFunction.NEG), likelihood);
    String weights = weights(node, target, ignored);
    if (!weights.isEmpty()) {
      losses = node.add("weighted", new Op.Binary(BinaryFunction.MUL), losses, weights);
    }
    reduce(node, losses, weights);
  }

  private static Tensor scalar(long value) {
    return Tensor.ofLongs(Shape.SCALAR, value);
  }

  /** The weight of each target; an empty name if all are 1. */
  private static String weights(NodeImport node, String target, String ignored) {
    String weights =
        node.hasInput(2) ? node.add("weights", new Op.Gather(0), node.input(2), target) : "";
    if (ignored.isEmpty()) {
      return weights;
    }
    String zero = node.constant("zero", Scalars.of(node, 0));
    String others = weights.isEmpty() ? node.constant("one", Scalars.of(node, 1)) : weights;
    return node.add("counted", new Op.Where(), ignored, zero, others);
  }

  private static void reduce(NodeImport node, String losses, String weights) {
    String reduction = node.attributes().string("reduction", "mean");
    Op.Reduce sum = new Op.Reduce(ReduceFunction.SUM, false, false);
    switch (reduction) {
      case "none" -> node.emitFirst(new Op.Identity(), List.of(losses));
      case "sum" -> node.emitFirst(sum, List.of(losses));
      case "mean" -> {
        if (weights.isEmpty()) {
          node.emitFirst(new Op.Reduce(ReduceFunction.MEAN, false, false), List.of(losses));
        } else {
          String total = node.add("total", sum, losses);
          String count = node.add("count", sum, weights);
          node.emitFirst(new Op.Binary(BinaryFunction.DIV), List.of(total, count));
        }
      }
      default -> throw node.error("reduction is " + Text.shorten(reduction));
    }
  }
}
