package fp8sim.pass.infer;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.GraphInput.Dimension;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Checks given input shapes against what a graph declares. */
final class InputShapes {
  private final Graph graph;

  InputShapes(Graph graph) {
    this.graph = graph;
  }

  /** The inputs without those that have a value, with the dimensions given. */
  List<GraphInput> specialize(Map<String, Shape> shapes, Map<String, Tensor> values) {
    List<GraphInput> inputs = new ArrayList<>();
    for (GraphInput input : graph.inputs()) {
      Tensor value = values.get(input.name());
      if (value != null) {
        if (value.type() != input.type()) {
          throw error(input, "has type %s, not %s".formatted(input.type(), value.type()));
        }
        check(input, value.shape());
        continue;
      }
      Shape shape = shapes.get(input.name());
      if (shape == null) {
        throw error(input, "needs a shape; it is declared as " + declared(input));
      }
      check(input, shape);
      inputs.add(fixed(input, shape));
    }
    return inputs;
  }

  /** The shape of an input whose dimensions are all fixed. */
  static Shape shape(GraphInput input) {
    return Shape.of(input.dims().stream().mapToInt(Dimension::size).toArray());
  }

  private void check(GraphInput input, Shape shape) {
    boolean fits = shape.rank() == input.dims().size();
    for (int i = 0; fits && i < shape.rank(); i++) {
      Dimension dim = input.dims().get(i);
      fits = dim.isDynamic() || dim.size() == shape.dim(i);
    }
    if (!fits) {
      throw error(input, "is declared as %s, not %s".formatted(declared(input), shape));
    }
  }

  /** An input of a shape that is known. */
  static GraphInput input(String name, TensorType type) {
    List<Dimension> dims = new ArrayList<>();
    for (int size : type.shape().dims()) {
      dims.add(new Dimension(size, ""));
    }
    return new GraphInput(name, type.type(), dims);
  }

  private static GraphInput fixed(GraphInput input, Shape shape) {
    return input(input.name(), new TensorType(input.type(), shape));
  }

  private static String declared(GraphInput input) {
    return input.dims().isEmpty()
        ? "scalar"
        : input.dims().stream()
            .map(d -> !d.isDynamic() ? "" + d.size() : d.symbol().isEmpty() ? "?" : d.symbol())
            .collect(Collectors.joining("x"));
  }

  private Fp8simException error(GraphInput input, String what) {
    return Fp8simException.input("%s: input \"%s\" %s".formatted(graph.name(), input.name(), what));
  }
}
