package fp8sim.kernel.reference;

import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Axes as operators give them. */
final class Axes {
  private Axes() {}

  /** An axis counted from the front; a negative one counts from the end. */
  static int fromFront(int axis, int rank) {
    return axis < 0 ? axis + rank : axis;
  }

  /**
   * The axes of an optional input, counted from the front; 0, 1, ... {@code count - 1} if the input
   * is absent.
   */
  static int[] read(@Nullable Tensor axes, int count, int rank) {
    int[] result = axes == null ? new int[count] : Values.ints(axes);
    for (int i = 0; i < result.length; i++) {
      result[i] = axes == null ? i : fromFront(result[i], rank);
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
    return Strides.positions(dims, shape.strides(), 0);
  }
}
