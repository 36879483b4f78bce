package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import java.util.ArrayList;
import java.util.List;

/** BatchNormalization: with given statistics, or in training mode with those of its own input. */
final class BatchNormalizationOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("BatchNormalization", 1, 6, 5, 5, BatchNormalizationOperators::before7).withOutputs(5),
          of("BatchNormalization", 7, 8, 5, 5, BatchNormalizationOperators::before9).withOutputs(5),
          of("BatchNormalization", 9, 13, 5, 5, BatchNormalizationOperators::before14)
              .withOutputs(5),
          of("BatchNormalization", 14, LAST_OPSET, 5, 5, BatchNormalizationOperators::newest)
              .withOutputs(3));

  private BatchNormalizationOperators() {}

  /** Whether the exporter's network was in test mode does not matter: it is here. */
  private static void before7(NodeImport node) {
    node.attributes().ignore("is_test");
    before9(node);
  }

  private static void before9(NodeImport node) {
    if (node.attributes().flag("spatial", true)) {
      before14(node);
    } else {
      perElement(node);
    }
  }

  /** Further outputs are for training; a node that reads one is reported as reading nothing. */
  private static void before14(NodeImport node) {
    node.attributes().ignore("momentum");
    node.emitFirst(operator(node), node.inputs());
  }

  /** Statistics for each element of a sample: the elements are the channels. */
  private static void perElement(NodeImport node) {
    node.attributes().ignore("momentum");
    List<String> inputs = new ArrayList<>();
    inputs.add(node.add("rows", new Op.Flatten(1), node.input(0)));
    for (int i = 1; i < 5; i++) {
      String vector = node.constant("vector" + i, -1L);
      inputs.add(node.add("input" + i, new Op.Reshape(false), node.input(i), vector));
    }
    String normal = node.add("normal", operator(node), inputs.toArray(String[]::new));
    String shape = node.add("shape", new Op.ShapeOf(0, null), node.input(0));
    node.emitFirst(new Op.Reshape(true), List.of(normal, shape));
  }

  private static Op.BatchNormalization operator(NodeImport node) {
    return new Op.BatchNormalization(node.attributes().number("epsilon", 1e-5f));
  }

  private static void newest(NodeImport node) {
    if (node.attributes().flag("training_mode", false)) {
      training(node);
    } else {
      before14(node);
    }
  }

  /** Mean and variance of the batch, over all axes but the channels', instead of the inputs'. */
  private static void training(NodeImport node) {
    Op.Reduce reduce = new Op.Reduce(ReduceFunction.MEAN, false, false);
    String planes = node.constant("planes", 0L, 0L, -1L);
    String channels = node.constant("channels", 1L, -1L, 1L);
    String axes = node.constant("axes", 0L, 2L);
    String x = node.add("x", new Op.Reshape(false), node.input(0), planes);
    String mean = node.add("mean", reduce, x, axes);
    String column = node.add("column", new Op.Reshape(false), mean, channels);
    String centred = node.add("centred", new Op.Binary(BinaryFunction.SUB), x, column);
    String squares = node.add("squares", new Op.Binary(BinaryFunction.MUL), centred, centred);
    String variance = node.add("variance", reduce, squares, axes);
    float momentum = node.attributes().number("momentum", 0.9f);
    running(node, 1, mean, momentum);
    running(node, 2, variance, momentum);
    node.emitFirst(
        operator(node), List.of(node.input(0), node.input(1), node.input(2), mean, variance));
  }

  /** Output i: {@code input * momentum + statistic * (1 - momentum)}. */
  private static void running(NodeImport node, int i, String statistic, float momentum) {
    if (node.hasOutput(i)) {
      Op.Binary multiply = new Op.Binary(BinaryFunction.MUL);
      String keep = node.constant("keep" + i, Scalars.of(node, momentum));
      String take = node.constant("take" + i, Scalars.of(node, 1 - momentum));
      String old = node.add("old" + i, multiply, node.input(2 + i), keep);
      String recent = node.add("recent" + i, multiply, statistic, take);
      node.emitTo(node.outputs().get(i), new Op.Binary(BinaryFunction.ADD), old, recent);
    }
  }
}
