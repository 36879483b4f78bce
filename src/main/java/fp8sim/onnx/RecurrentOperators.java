package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.RecurrentActivation;
import fp8sim.graph.RecurrentCell;
import java.util.ArrayList;
import java.util.List;

/**
 * Recurrent operators. For each direction the product of all steps' inputs with W is a MatMul, a
 * layer like any other; what follows from step to step is an {@link Op.Recurrence}.
 */
final class RecurrentOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("GRU", 3, LAST_OPSET, 3, 6, n -> convert(n, RecurrentCell.GRU)).withOutputs(2),
          of("LSTM", 1, LAST_OPSET, 3, 8, n -> convert(n, RecurrentCell.LSTM)).withOutputs(3),
          of("RNN", 1, LAST_OPSET, 3, 6, n -> convert(n, RecurrentCell.RNN)).withOutputs(2));

  private static final int X = 0;
  private static final int W = 1;
  private static final int R = 2;
  private static final int B = 3;
  private static final int LENGTHS = 4;
  private static final int INITIAL_H = 5;
  private static final int INITIAL_C = 6;
  private static final int P = 7;

  private final NodeImport node;
  private final RecurrentCell cell;
  private final List<String> directions;
  private final List<RecurrentActivation> activations;
  private final boolean batchFirst;
  private final Op.Recurrence form;
  private final List<List<String>> results = new ArrayList<>();

  private RecurrentOperators(NodeImport node, RecurrentCell cell) {
    this.node = node;
    this.cell = cell;
    Attributes attributes = node.attributes();
    String direction = attributes.string("direction", "forward");
    directions =
        switch (direction) {
          case "forward", "reverse" -> List.of(direction);
          case "bidirectional" -> List.of("forward", "reverse");
          default -> throw node.error("direction is \"" + Text.shorten(direction) + "\"");
        };
    activations = RecurrentActivations.of(node, cell, directions.size());
    batchFirst = attributes.flag("layout", false);
    attributes.ignore("output_sequence"); // opset 1: whether Y is an output, which the node shows
    float clip = attributes.number("clip", Float.POSITIVE_INFINITY);
    if (!(clip > 0)) {
      throw node.error("clip is " + clip + ", not above 0");
    }
    boolean inputForget = cell == RecurrentCell.LSTM && attributes.flag("input_forget", false);
    boolean linearBeforeReset =
        cell == RecurrentCell.GRU && attributes.flag("linear_before_reset", false);
    int hidden = attributes.integer("hidden_size", 0);
    form = new Op.Recurrence(cell, false, List.of(), hidden, clip, inputForget, linearBeforeReset);
  }

  private static void convert(NodeImport node, RecurrentCell cell) {
    new RecurrentOperators(node, cell).convert();
  }

  private void convert() {
    List<String> w = perDirection("W", W, 0);
    List<String> r = perDirection("R", R, 0);
    List<String> b = perDirection("B", B, 0);
    int batchAxis = batchFirst ? 1 : 0;
    List<String> h = perDirection("initial_h", INITIAL_H, batchAxis);
    List<String> c = perDirection("initial_c", INITIAL_C, batchAxis);
    List<String> p = perDirection("P", P, 0);
    String x =
        batchFirst
            ? node.add("steps", new Op.Transpose(List.of(1, 0, 2)), node.input(X))
            : node.input(X);
    for (int d = 0; d < directions.size(); d++) {
      String own = directions.size() == 1 ? "" : directions.get(d) + "/";
      String weight = node.add(own + "W_transposed", new Op.Transpose(List.of(1, 0)), w.get(d));
      String gates = node.add(own + "W", new Op.MatMul(false), x, weight);
      String recurrentBias = "";
      if (!b.get(d).isEmpty()) {
        List<String> halves = node.addAll(own + "bias", new Op.Split(0), 2, b.get(d));
        gates = node.add(own + "WB", new Op.Binary(BinaryFunction.ADD), gates, halves.getFirst());
        recurrentBias = halves.getLast();
      }
      List<String> inputs =
          List.of(
              gates, r.get(d), recurrentBias, node.input(LENGTHS), h.get(d), c.get(d), p.get(d));
      results.add(recurrence(d, inputs));
    }
    join(0, batchFirst ? 2 : 1);
    join(1, batchAxis);
    join(2, batchAxis);
  }

  private List<String> recurrence(int direction, List<String> inputs) {
    int functions = cell.functions();
    Op op =
        form.inDirection(
            directions.get(direction).equals("reverse"),
            activations.subList(direction * functions, (direction + 1) * functions));
    int outputs = cell == RecurrentCell.LSTM ? 3 : 2;
    String suffix = directions.size() == 1 ? "R" : directions.get(direction) + "/R";
    return node.addAll(suffix, op, outputs, inputs.toArray(String[]::new));
  }

  /**
   * An input without its axis of directions, one value for each; empty names if it is absent. An
   * axis of another size does not pass the checks of Split or Squeeze.
   */
  private List<String> perDirection(String role, int input, int axis) {
    List<String> parts = new ArrayList<>();
    if (!node.hasInput(input)) {
      directions.forEach(direction -> parts.add(""));
      return parts;
    }
    List<String> slices = List.of(node.input(input));
    if (directions.size() > 1) {
      slices = node.addAll(role, new Op.Split(axis), directions.size(), node.input(input));
    }
    String axes = node.constant(role + "/axes", axis);
    for (String slice : slices) {
      parts.add(node.add(role, new Op.Squeeze(), slice, axes));
    }
    return parts;
  }

  /** Puts the results of the directions side by side. */
  private void join(int output, int axis) {
    if (!node.hasOutput(output)) {
      return;
    }
    List<String> parts = new ArrayList<>();
    String axes = node.constant("directions", axis);
    for (List<String> result : results) {
      String part = result.get(output);
      if (output == 0 && batchFirst) {
        part = node.add("Y", new Op.Transpose(List.of(1, 0, 2)), part);
      }
      parts.add(node.add("Y", new Op.Unsqueeze(), part, axes));
    }
    node.emitTo(node.outputs().get(output), new Op.Concat(axis), parts.toArray(String[]::new));
  }
}
