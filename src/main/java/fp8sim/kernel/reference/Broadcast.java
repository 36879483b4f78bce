package fp8sim.kernel.reference;

import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import org.jspecify.annotations.Nullable;

/**
 * ONNX's multidirectional broadcasting: which element of a smaller tensor belongs to an output
 * element.
 *
 * @param positions null if the shapes are equal
 */
record Broadcast(int @Nullable [] positions) {
  static Broadcast of(Shape from, Shape to) {
    return new Broadcast(from.equals(to) ? null : Strides.repeated(from, to));
  }

  int at(int i) {
    return positions == null ? i : positions[i];
  }
}
