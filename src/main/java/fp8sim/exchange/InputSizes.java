package fp8sim.exchange;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.graph.GraphInput;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shapes for which a network is compiled to be exported: dynamic dimensions are given, or small
 * numbers.
 *
 * @param inputs of the network
 * @param given shapes by input
 */
record InputSizes(List<GraphInput> inputs, Map<String, Shape> given) {
  private static final int DEFAULT = 2;

  InputSizes {
    for (Map.Entry<String, Shape> entry : given.entrySet()) {
      check(inputs, entry.getKey(), entry.getValue());
    }
  }

  private static void check(List<GraphInput> inputs, String name, Shape shape) {
    GraphInput input =
        inputs.stream()
            .filter(declared -> declared.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Fp8simException.usage(
                        "%s: no such input; the network has %s"
                            .formatted(
                                UserOption.SHAPE.with(name),
                                inputs.stream().map(GraphInput::name).toList())));
    boolean fits = input.dims().size() == shape.rank();
    for (int i = 0; fits && i < shape.rank(); i++) {
      GraphInput.Dimension dim = input.dims().get(i);
      fits = shape.dim(i) > 0 && (dim.isDynamic() || dim.size() == shape.dim(i));
    }
    if (!fits) {
      throw Fp8simException.usage(
          "%s=%s: does not fit the shape that the network declares"
              .formatted(UserOption.SHAPE.with(name), shape));
    }
  }

  /** Shapes in which every dynamic dimension is larger than that which is given or 2. */
  Map<String, Shape> largerBy(int more) {
    return shapes(DEFAULT, more);
  }

  /** The given shapes, every other dynamic dimension being 1. */
  Map<String, Shape> smallest() {
    return shapes(1, 0);
  }

  private Map<String, Shape> shapes(int otherwise, int more) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (GraphInput input : inputs) {
      int[] dims = new int[input.dims().size()];
      Shape known = given.get(input.name());
      for (int i = 0; i < dims.length; i++) {
        GraphInput.Dimension dim = input.dims().get(i);
        int size = known == null ? otherwise : known.dim(i);
        dims[i] = dim.isDynamic() ? size + more : dim.size();
      }
      shapes.put(input.name(), Shape.of(dims));
    }
    return shapes;
  }

  /** Whether any dimension is dynamic. */
  boolean areDynamic() {
    return inputs.stream()
        .flatMap(input -> input.dims().stream())
        .anyMatch(GraphInput.Dimension::isDynamic);
  }

  /** The inputs with dimensions that are fixed. */
  static List<GraphInput> fixed(List<GraphInput> inputs, Map<String, Shape> shapes) {
    return inputs.stream()
        .map(
            input ->
                new GraphInput(
                    input.name(),
                    input.type(),
                    dimensions(shapes.getOrDefault(input.name(), Shape.SCALAR))))
        .toList();
  }

  /** A shape as a file declares it. */
  static List<GraphInput.Dimension> dimensions(Shape shape) {
    List<GraphInput.Dimension> dims = new ArrayList<>();
    for (int dim : shape.dims()) {
      dims.add(new GraphInput.Dimension(dim, ""));
    }
    return dims;
  }
}
