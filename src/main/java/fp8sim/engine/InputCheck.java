package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.GraphInput.Dimension;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Checks what the user feeds against what the model declares. */
final class InputCheck {
  private InputCheck() {}

  /** Checks that every input is given, and nothing else. */
  static void checkNames(Graph model, Map<String, Tensor> inputs) {
    for (String name : inputs.keySet()) {
      if (model.inputs().stream().noneMatch(input -> input.name().equals(name))) {
        throw Fp8simException.input(
            "%s: there is no input \"%s\"; the model has %s"
                .formatted(
                    model.name(),
                    name,
                    model.inputs().stream()
                        .map(GraphInput::name)
                        .collect(Collectors.joining(", "))));
      }
    }
    for (GraphInput input : model.inputs()) {
      if (!inputs.containsKey(input.name())) {
        throw Fp8simException.input(
            "%s: input \"%s\" (%s) is not given"
                .formatted(model.name(), input.name(), describe(input)));
      }
    }
  }

  static void check(Graph model, Map<String, Tensor> inputs) {
    checkNames(model, inputs);
    for (GraphInput input : model.inputs()) {
      Tensor tensor = Objects.requireNonNull(inputs.get(input.name()));
      if (tensor.type() != input.type() || !matches(tensor.shape(), input.dims())) {
        throw Fp8simException.input(
            "%s: input \"%s\" must be %s, not %s %s"
                .formatted(
                    model.name(), input.name(), describe(input), tensor.type(), tensor.shape()));
      }
    }
  }

  private static boolean matches(Shape shape, List<Dimension> dims) {
    if (shape.rank() != dims.size()) {
      return false;
    }
    for (int i = 0; i < shape.rank(); i++) {
      if (!dims.get(i).isDynamic() && dims.get(i).size() != shape.dim(i)) {
        return false;
      }
    }
    return true;
  }

  /** For example {@code FLOAT batchx3x224x224}. */
  static String describe(GraphInput input) {
    String dims =
        input.dims().stream()
            .map(
                dim ->
                    !dim.isDynamic()
                        ? Integer.toString(dim.size())
                        : dim.symbol().isEmpty() ? "?" : dim.symbol())
            .collect(Collectors.joining("x"));
    return input.type() + " " + (dims.isEmpty() ? "scalar" : dims);
  }
}
