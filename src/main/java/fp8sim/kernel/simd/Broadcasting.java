package fp8sim.kernel.simd;

import fp8sim.tensor.Shape;

/** ONNX's multidirectional broadcasting. */
final class Broadcasting {
  private Broadcasting() {}

  /** For each element of a tensor of shape {@code to}, which element of {@code from} it repeats. */
  static int[] positions(Shape from, Shape to) {
    int[] strides = strides(from, to);
    int[] positions = new int[to.elements()];
    int[] index = new int[to.rank()];
    int position = 0;
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position;
      for (int axis = to.rank() - 1; axis >= 0; axis--) {
        position += strides[axis];
        if (++index[axis] < to.dim(axis)) {
          break;
        }
        position -= strides[axis] * to.dim(axis);
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
