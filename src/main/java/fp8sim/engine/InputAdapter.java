package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Brings data into the element types and the channel order that a model declares. */
final class InputAdapter {
  private InputAdapter() {}

  /**
   * Data as the model wants it; shapes that do not fit are left to {@link InputCheck}.
   *
   * @param inputs by name, samples along the first axis
   * @throws Fp8simException (input) if an input is missing or unknown, or an element is no number
   *     of the input's type
   */
  static Map<String, Tensor> adapt(Graph model, Map<String, Tensor> inputs) {
    InputCheck.checkNames(model, inputs);
    Map<String, Tensor> adapted = new LinkedHashMap<>();
    for (GraphInput input : model.inputs()) {
      Tensor tensor = Objects.requireNonNull(inputs.get(input.name()));
      adapted.put(input.name(), typed(model, input, channels(tensor, input)));
    }
    return adapted;
  }

  private static Tensor typed(Graph model, GraphInput input, Tensor tensor) {
    if (tensor.type() == input.type()
        || tensor.type().isSmallFloat()
        || input.type().isSmallFloat()) {
      return tensor;
    }
    try {
      return Conversion.convert(tensor, input.type());
    } catch (IllegalArgumentException e) {
      String why =
          tensor.type() == DataType.FLOAT ? "; take divide and normalize out of preprocess" : "";
      throw Fp8simException.input(
          "%s: input \"%s\" takes %s, but in the data %s%s"
              .formatted(model.name(), input.name(), input.type(), e.getMessage(), why));
    }
  }

  /** Channels go last where only that fits what the model declares: NCHW becomes NHWC. */
  private static Tensor channels(Tensor tensor, GraphInput input) {
    Shape shape = tensor.shape();
    if (shape.rank() != 4 || samplesFit(shape, input)) {
      return tensor;
    }
    Shape last = Shape.of(shape.dim(0), shape.dim(2), shape.dim(3), shape.dim(1));
    return samplesFit(last, input) ? channelsLast(tensor, last) : tensor;
  }

  private static boolean samplesFit(Shape shape, GraphInput input) {
    List<GraphInput.Dimension> dims = input.dims();
    if (dims.size() != shape.rank()) {
      return false;
    }
    for (int i = 1; i < dims.size(); i++) {
      if (!dims.get(i).isDynamic() && dims.get(i).size() != shape.dim(i)) {
        return false;
      }
    }
    return true;
  }

  private static Tensor channelsLast(Tensor tensor, Shape last) {
    Tensor result = Tensor.zeros(tensor.type(), last);
    int bytes = tensor.type().bytes();
    int channels = last.dim(3);
    int plane = last.dim(1) * last.dim(2);
    long from = 0;
    for (int n = 0; n < last.dim(0); n++) {
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < plane; i++) {
          long to = (((long) n * plane + i) * channels + c) * bytes;
          MemorySegment.copy(tensor.data(), from, result.data(), to, bytes);
          from += bytes;
        }
      }
    }
    return result;
  }
}
