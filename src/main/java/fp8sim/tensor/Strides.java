package fp8sim.tensor;

/**
 * Walks over elements by strides, of which most operators that move, repeat or select elements are
 * one. Positions are numbers of elements, in row-major order of the indices.
 */
public final class Strides {
  private Strides() {}

  /**
   * Strides of a tensor along the axes of a shape that it is broadcast to; 0 where it is repeated.
   *
   * @param from a shape that ONNX's multidirectional broadcasting extends to {@code to}
   */
  public static int[] broadcast(Shape from, Shape to) {
    int[] strides = new int[to.rank()];
    int[] own = from.strides();
    int shift = to.rank() - from.rank();
    for (int axis = 0; axis < from.rank(); axis++) {
      strides[shift + axis] = from.dim(axis) == 1 ? 0 : own[axis];
    }
    return strides;
  }

  /** For each element of a tensor of shape {@code to}, which element of {@code from} it repeats. */
  public static int[] repeated(Shape from, Shape to) {
    return positions(to.dims(), broadcast(from, to), 0);
  }

  /**
   * Positions {@code start + i0*strides[0] + i1*strides[1] + ...} for all indices below {@code
   * dims}.
   */
  public static int[] positions(int[] dims, int[] strides, int start) {
    int total = 1;
    for (int dim : dims) {
      total *= dim;
    }
    int[] positions = new int[total];
    int[] index = new int[dims.length];
    int position = start;
    for (int i = 0; i < total; i++) {
      positions[i] = position;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
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

  /**
   * Positions of the elements with index {@code indices[axis][i]} along each axis, for all i; -1
   * where an index is negative.
   */
  public static int[] grid(int[][] indices, int[] strides) {
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
}
