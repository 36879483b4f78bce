package fp8sim.graph;

import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;

/** Element type and shape of a value. */
public record TensorType(DataType type, Shape shape) {
  public long bytes() {
    return (long) shape.elements() * type.bytes();
  }

  @Override
  public String toString() {
    return type + " " + shape;
  }
}
