package fp8sim.engine;

import fp8sim.graph.TensorType;
import fp8sim.pass.infer.Revealed;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a network is compiled for: the inputs' shapes, and the contents of those that decide shapes.
 *
 * @param revealed contents of computed values that decide shapes
 * @param results types of results whose shapes depend on data
 */
record InputSignature(
    Map<String, Shape> shapes,
    Map<String, Contents> contents,
    Map<String, Contents> revealed,
    Map<String, TensorType> results) {
  /** The bytes of a value. */
  record Contents(TensorType type, ByteBuffer bytes) {
    static Contents of(Tensor tensor) {
      return new Contents(
          new TensorType(tensor.type(), tensor.shape()),
          ByteBuffer.wrap(tensor.data().toArray(Tensor.BYTE)));
    }

    Tensor tensor() {
      Tensor copy = Tensor.zeros(type.type(), type.shape());
      copy.data().copyFrom(MemorySegment.ofBuffer(bytes.duplicate()));
      return copy;
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
    return new InputSignature(shapes, contents(values), Map.of(), Map.of());
  }

  private static Map<String, Contents> contents(Map<String, Tensor> values) {
    Map<String, Contents> contents = new LinkedHashMap<>();
    values.forEach((name, tensor) -> contents.put(name, Contents.of(tensor)));
    return contents;
  }

  private static Map<String, Tensor> tensors(Map<String, Contents> contents) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    contents.forEach((name, content) -> tensors.put(name, content.tensor()));
    return tensors;
  }

  /**
   * The same with what earlier stages of the run computed.
   *
   * @param values on which shapes depend
   * @param given results whose shapes depend on data
   */
  InputSignature with(Map<String, Tensor> values, Map<String, Tensor> given) {
    Map<String, TensorType> types = new LinkedHashMap<>();
    given.forEach((name, tensor) -> types.put(name, new TensorType(tensor.type(), tensor.shape())));
    return new InputSignature(shapes, contents, contents(values), types);
  }

  Map<String, Tensor> values() {
    return tensors(contents);
  }

  /** What is known of computed values. */
  Revealed known() {
    return new Revealed(tensors(revealed), results);
  }
}
