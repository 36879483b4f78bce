package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Normalizations and softmax. */
final class NormalizationOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("GroupNormalization", 18, 20, 3, 3, n -> group(n, true)),
          op("GroupNormalization", 21, LAST_OPSET, 3, 3, n -> group(n, false)),
          op("InstanceNormalization", 1, LAST_OPSET, 3, 3, NormalizationOperators::instance),
          // Before opset 17 the operator was ONNX Runtime's own, but in ONNX's domain.
          of("LayerNormalization", 1, LAST_OPSET, 2, 3, NormalizationOperators::layer)
              .withOutputs(3),
          op("LpNormalization", 1, LAST_OPSET, 1, 1, NormalizationOperators::lp),
          of("MeanVarianceNormalization", 1, 8, 1, 1, NormalizationOperators::meanVarianceByFlags),
          of("MeanVarianceNormalization", 9, LAST_OPSET, 1, 1, n -> meanVariance(n, axes(n), true)),
          op("LRN", 1, LAST_OPSET, 1, 1, NormalizationOperators::lrn),
          op("RMSNormalization", 23, LAST_OPSET, 2, 2, NormalizationOperators::rms),
          op("Softmax", 1, 12, 1, 1, n -> softmaxToEnd(n, false)),
          op("Softmax", 13, LAST_OPSET, 1, 1, n -> softmax(n, false)),
          op("LogSoftmax", 1, 12, 1, 1, n -> softmaxToEnd(n, true)),
          op("LogSoftmax", 13, LAST_OPSET, 1, 1, n -> softmax(n, true)));

  private NormalizationOperators() {}

  private static Op.GroupNormalization group(NodeImport node, boolean perGroup) {
    Attributes attributes = node.attributes();
    attributes.ignore("stash_type"); // statistics are float32, its default
    return new Op.GroupNormalization(
        attributes.number("epsilon", 1e-5f), attributes.integer("num_groups"), perGroup);
  }

  private static Op.InstanceNormalization instance(NodeImport node) {
    return new Op.InstanceNormalization(node.attributes().number("epsilon", 1e-5f));
  }

  private static Op.LpNormalization lp(NodeImport node) {
    int p = node.attributes().integer("p", 2);
    if (p != 1 && p != 2) {
      throw node.error("p is " + p + ", not 1 or 2");
    }
    return new Op.LpNormalization(node.attributes().integer("axis", -1), p);
  }

  private static Op.Lrn lrn(NodeImport node) {
    Attributes attributes = node.attributes();
    return new Op.Lrn(
        attributes.integer("size"),
        attributes.number("alpha", 1e-4f),
        attributes.number("beta", 0.75f),
        attributes.number("bias", 1));
  }

  static Op.RmsNormalization rms(NodeImport node) {
    Attributes attributes = node.attributes();
    attributes.ignore("stash_type"); // the mean square is float32, its default
    return new Op.RmsNormalization(
        attributes.integer("axis", -1), attributes.number("epsilon", 1e-5f));
  }

  private static Op.Softmax softmax(NodeImport node, boolean log) {
    return new Op.Softmax(node.attributes().integer("axis", -1), false, log);
  }

  private static Op.Softmax softmaxToEnd(NodeImport node, boolean log) {
    return new Op.Softmax(node.attributes().integer("axis", 1), true, log);
  }

  private static void layer(NodeImport node) {
    int axis = node.attributes().integer("axis", -1);
    float epsilon = node.attributes().number("epsilon", 1e-5f);
    node.attributes().ignore("stash_type"); // statistics are float32, its default
    node.emitFirst(new Op.LayerNormalization(axis, epsilon), node.inputs());
    if (node.hasOutput(1) || node.hasOutput(2)) {
      statistics(node, axis, epsilon);
    }
  }

  /** The mean and 1 / standard deviation that the node also yields, in operators of their own. */
  private static void statistics(NodeImport node, int axis, float epsilon) {
    Op.Reduce mean = new Op.Reduce(ReduceFunction.MEAN, true, false);
    String rows = node.add("rows", new Op.Flatten(axis), node.input(0));
    String axes = node.constant("axes", 1L);
    String average = node.add("average", mean, rows, axes);
    String shape = statisticsShape(node, axis);
    if (node.hasOutput(1)) {
      node.emitTo(node.outputs().get(1), new Op.Reshape(false), average, shape);
    }
    if (node.hasOutput(2)) {
      String centred = node.add("centred", new Op.Binary(BinaryFunction.SUB), rows, average);
      String squares = node.add("squares", new Op.Binary(BinaryFunction.MUL), centred, centred);
      String variance = node.add("variance", mean, squares, axes);
      String small = node.constant("epsilon", Scalars.of(node, epsilon));
      String sum = node.add("sum", new Op.Binary(BinaryFunction.ADD), variance, small);
      String deviation = node.add("deviation", new Op.Unary(UnaryFunction.SQRT), sum);
      String inverse = node.add("inverse", new Op.Unary(UnaryFunction.RECIPROCAL), deviation);
      node.emitTo(node.outputs().get(2), new Op.Reshape(false), inverse, shape);
    }
  }

  /** Before opset 9 the operator was experimental; this is how ONNX Runtime reads it. */
  private static void meanVarianceByFlags(NodeImport node) {
    boolean across = node.attributes().flag("across_channels", false);
    long[] axes = across ? new long[] {0, 1, 2, 3} : new long[] {0, 2, 3};
    meanVariance(node, axes, node.attributes().flag("normalize_variance", true));
  }

  private static long[] axes(NodeImport node) {
    long[] axes = node.attributes().longs("axes");
    return node.attributes().has("axes") ? axes : new long[] {0, 2, 3};
  }

  /** {@code (x - mean) / (sqrt(variance) + 1e-9)}. */
  private static void meanVariance(NodeImport node, long[] axes, boolean divide) {
    Op.Reduce mean = new Op.Reduce(ReduceFunction.MEAN, true, false);
    Op.Binary subtract = new Op.Binary(BinaryFunction.SUB);
    String reduced = node.constant("axes", axes);
    String average = node.add("average", mean, node.input(0), reduced);
    if (!divide) {
      node.emit(subtract, List.of(node.input(0), average));
      return;
    }
    String centred = node.add("centred", subtract, node.input(0), average);
    String squares = node.add("squares", new Op.Binary(BinaryFunction.MUL), centred, centred);
    String variance = node.add("variance", mean, squares, reduced);
    String root = node.add("root", new Op.Unary(UnaryFunction.SQRT), variance);
    String small = node.constant("epsilon", Scalars.of(node, 1e-9f));
    String deviation = node.add("deviation", new Op.Binary(BinaryFunction.ADD), root, small);
    node.emit(new Op.Binary(BinaryFunction.DIV), List.of(centred, deviation));
  }

  /** The input's shape with 1 for every axis from {@code axis} on. */
  private static String statisticsShape(NodeImport node, int axis) {
    String kept = node.add("kept", new Op.ShapeOf(0, axis), node.input(0));
    String normalized = node.add("normalized", new Op.ShapeOf(axis, null), node.input(0));
    String rank = node.add("rank", new Op.ShapeOf(0, null), normalized);
    Tensor one = Tensor.ofLongs(Shape.of(1), 1);
    String ones = node.add("ones", new Op.ConstantOfShape(one), rank);
    return node.add("shape", new Op.Concat(0), kept, ones);
  }
}
