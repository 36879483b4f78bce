package fp8sim.kernel.reference;

import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Axes given by an optional input. */
final class Axes {
  private Axes() {}

  /** The axes counted from the front; 0, 1, ... {@code count - 1} if the input is absent. */
  static int[] read(@Nullable Tensor axes, int count, int rank) {
    int[] result = axes == null ? new int[count] : Values.ints(axes);
    for (int i = 0; i < result.length; i++) {
      result[i] = axes == null ? i : Strided.axis(result[i], rank);
    }
    return result;
  }

  /**
   * Positions of the elements whose index is 0 along every axis but the marked ones (or, if not
   * {@code marked}, along the marked ones).
   */
  static int[] positions(Shape shape, boolean[] marks, boolean marked) {
    int[] dims = shape.dims();
    for (int axis = 0; axis < dims.length; axis++) {
      if (marks[axis] != marked) {
        dims[axis] = 1;
      }
    }
    return Strided.positions(dims, shape.strides(), 0);
  }
}
