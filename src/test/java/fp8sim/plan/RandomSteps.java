package fp8sim.plan;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.quant.QuantizerId;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A random graph of products, sums, element-wise functions, quantizers, views and splits whose
 * values are read once, often or never: made for the memory of values, not to be run.
 */
final class RandomSteps {
  private static final int SIDE = 8;
  private static final TensorType SQUARE = type(SIDE, SIDE);
  private static final TensorType FLAT = type(1, SIDE * SIDE);
  private static final TensorType ROW = type(1, SIDE);
  private static final TensorType EMPTY = type(0, SIDE);

  private final SplittableRandom random;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, TensorType> types = new HashMap<>();
  private final Map<String, Tensor> constants = new HashMap<>();
  private final List<String> values = new ArrayList<>();

  RandomSteps(long seed) {
    random = new SplittableRandom(seed);
  }

  private static TensorType type(int... dims) {
    return new TensorType(DataType.FLOAT, Shape.of(dims));
  }

  Graph build() {
    List<GraphInput> inputs = new ArrayList<>();
    for (TensorType type : List.of(SQUARE, SQUARE, ROW, EMPTY)) {
      String name = "in" + inputs.size();
      inputs.add(new GraphInput(name, DataType.FLOAT, List.of()));
      types.put(name, type);
      values.add(name);
    }
    constants.put("weight", Tensor.zeros(DataType.FLOAT, SQUARE.shape()));
    constants.put("shape", Tensor.zeros(DataType.INT64, Shape.of(2)));
    for (int left = random.nextInt(4, 40); left > 0; left--) {
      add();
    }
    List<String> outputs = new ArrayList<>();
    for (String value : values) {
      if (random.nextInt(6) == 0) {
        outputs.add(value);
      }
    }
    constants.forEach(
        (name, tensor) -> types.put(name, new TensorType(tensor.type(), tensor.shape())));
    return new Graph("random", inputs, outputs, nodes, constants, types);
  }

  private void add() {
    String square = pick(SQUARE);
    switch (random.nextInt(10)) {
      case 0, 1 -> node(new Op.MatMul(false), SQUARE, square, "weight");
      case 2 -> node(new Op.MatMul(false), SQUARE, square, pick(SQUARE));
      case 3, 4 -> node(new Op.Binary(BinaryFunction.ADD), SQUARE, square, pick(SQUARE));
      case 5 -> node(new Op.Binary(BinaryFunction.MUL), SQUARE, square, pick(ROW));
      case 6 -> elementwise();
      case 7 ->
          node(new Op.FakeQuantize(QuantizerId.alone("q" + nodes.size()), false), SQUARE, square);
      case 8 -> view(square);
      default -> split(square);
    }
  }

  private void elementwise() {
    String value = values.get(random.nextInt(values.size()));
    Op op =
        random.nextBoolean()
            ? new Op.Unary(UnaryFunction.RELU, 0, 0)
            : new Op.Softmax(1, false, false);
    node(op, types.get(value), value);
  }

  /** There and back, so that views of views occur. */
  private void view(String square) {
    String flat = node(new Op.Reshape(false), FLAT, square, "shape");
    if (random.nextBoolean()) {
      node(new Op.Reshape(false), SQUARE, flat, "shape");
    } else if (random.nextBoolean()) {
      node(new Op.Identity(), FLAT, flat);
    } else {
      node(new Op.Flatten(1), FLAT, flat);
    }
  }

  /** One of three parts is never read. */
  private void split(String square) {
    List<String> parts = List.of(name(), "", "late" + name());
    nodes.add(new Node("split" + nodes.size(), new Op.Split(0), List.of(square), parts));
    TensorType part = type(2, SIDE);
    types.put(parts.getFirst(), part);
    types.put(parts.getLast(), part);
    values.add(parts.getFirst());
    values.add(parts.getLast());
  }

  private String node(Op op, TensorType type, String... inputs) {
    String output = name();
    nodes.add(new Node(output, op, List.of(inputs), List.of(output)));
    types.put(output, type);
    values.add(output);
    return output;
  }

  private String name() {
    return "v" + types.size();
  }

  /** A value of a type, the latest ones more often. */
  @SuppressWarnings("DistinctVarargsChecker") // two draws, of which the smaller counts
  private String pick(TensorType type) {
    List<String> fitting = values.stream().filter(value -> type.equals(types.get(value))).toList();
    int back = Math.min(random.nextInt(fitting.size()), random.nextInt(fitting.size()));
    return fitting.get(fitting.size() - 1 - back);
  }
}
