package fp8sim.engine;

import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a network is compiled for: the inputs' shapes, and the contents of those that decide shapes.
 */
record InputSignature(Map<String, Shape> shapes, Map<String, Contents> contents) {
  /** The bytes of an input. */
  record Contents(DataType type, ByteBuffer bytes) {
    static Contents of(Tensor tensor) {
      return new Contents(tensor.type(), ByteBuffer.wrap(tensor.data().toArray(Tensor.BYTE)));
    }
  }

  /**
   * The signature of a run.
   *
   * @param valueInputs the inputs whose values decide shapes
   */
  static InputSignature of(Map<String, Tensor> inputs, Set<String> valueInputs) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, Tensor> values = new LinkedHashMap<>();
    inputs.forEach(
        (name, tensor) -> {
          shapes.put(name, tensor.shape());
          if (valueInputs.contains(name)) {
            values.put(name, tensor);
          }
        });
    return of(shapes, values);
  }

  /**
   * A signature.
   *
   * @param values of the inputs that decide shapes
   */
  static InputSignature of(Map<String, Shape> shapes, Map<String, Tensor> values) {
    Map<String, Contents> contents = new LinkedHashMap<>();
    values.forEach((name, tensor) -> contents.put(name, Contents.of(tensor)));
    return new InputSignature(shapes, contents);
  }

  Map<String, Tensor> values() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    contents.forEach(
        (name, content) -> {
          Shape shape = Objects.requireNonNull(shapes.get(name));
          Tensor copy = Tensor.zeros(content.type(), shape);
          copy.data().copyFrom(MemorySegment.ofBuffer(content.bytes().duplicate()));
          values.put(name, copy);
        });
    return values;
  }
}
