package fp8sim.kernel.simd;

import fp8sim.tensor.Shape;

/** ONNX's multidirectional broadcasting. */
final class Broadcasting {
  private Broadcasting() {}

  /** For each element of a tensor of shape {@code to}, which element of {@code from} it repeats. */
  static int[] positions(Shape from, Shape to) {
    return positions(to.dims(), strides(from, to));
  }

  /**
   * Positions {@code i0 * strides[0] + i1 * strides[1] + ...} for all indices below {@code dims}.
   */
  static int[] positions(int[] dims, int[] strides) {
    int[] positions = new int[Shape.of(dims).elements()];
    int[] index = new int[dims.length];
    int position = 0;
    for (int i = 0; i < positions.length; i++) {
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

  /** Steps of {@code from} in elements along each axis of {@code to}; 0 where it is repeated. */
  static int[] strides(Shape from, Shape to) {
    int[] strides = new int[to.rank()];
    int[] own = from.strides();
    int shift = to.rank() - from.rank();
    for (int axis = 0; axis < from.rank(); axis++) {
      strides[shift + axis] = from.dim(axis) == 1 ? 0 : own[axis];
    }
    return strides;
  }
}
