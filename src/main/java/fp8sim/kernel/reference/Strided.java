package fp8sim.kernel.reference;

import fp8sim.tensor.Shape;

/** Lists of element positions: most operators that move elements are one strided walk. */
final class Strided {
  private Strided() {}

  /**
   * Positions {@code start + i0*strides[0] + i1*strides[1] + ...} for all indices below {@code
   * dims}, in row-major order.
   */
  static int[] positions(int[] dims, int[] strides, int start) {
    int total = 1;
    for (int dim : dims) {
      total *= dim;
    }
    int[] positions = new int[total];
    int[] index = new int[dims.length];
    int position = start;
    for (int i = 0; i < total; i++) {
      positions[i] = position;
      int axis = dims.length - 1;
      for (; axis >= 0; axis--) {
        position += strides[axis];
        if (++index[axis] < dims[axis]) {
          break;
        }
        position -= strides[axis] * dims[axis];
        index[axis] = 0;
      }
    }
    return positions;
  }

  /** For each element of a tensor of shape {@code to}, which element of {@code from} it repeats. */
  static int[] broadcast(Shape from, Shape to) {
    int[] strides = new int[to.rank()];
    int[] own = from.strides();
    int shift = to.rank() - from.rank();
    for (int axis = 0; axis < from.rank(); axis++) {
      strides[shift + axis] = from.dim(axis) == 1 ? 0 : own[axis];
    }
    return positions(to.dims(), strides, 0);
  }

  /**
   * Positions of the elements with index {@code indices[axis][i]} along each axis, for all i in
   * row-major order; -1 where an index is negative.
   */
  static int[] grid(int[][] indices, int[] strides) {
    int[] positions = {0};
    for (int axis = 0; axis < indices.length; axis++) {
      int[] longer = new int[positions.length * indices[axis].length];
      int next = 0;
      for (int position : positions) {
        for (int index : indices[axis]) {
          longer[next++] = position < 0 || index < 0 ? -1 : position + index * strides[axis];
        }
      }
      positions = longer;
    }
    return positions;
  }

  /** Axis counted from the front. */
  static int axis(int axis, int rank) {
    return axis < 0 ? axis + rank : axis;
  }
}
