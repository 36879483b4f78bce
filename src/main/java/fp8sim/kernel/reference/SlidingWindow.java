package fp8sim.kernel.reference;

import fp8sim.graph.Window;
import fp8sim.tensor.Shape;

/**
 * Where a sliding window reads: for element q of the kernel and output position o (both row-major),
 * the position {@code at(q, o)} in the input plane.
 */
final class SlidingWindow {
  /** In the padding. */
  static final int PADDING = -1;

  /** Beyond the padding's end, where a window that {@code ceil_mode} adds may reach. */
  static final int OUTSIDE = -2;

  private final int kernelSize;
  private final int outputSize;
  private final int inputSize;
  private final int[] positions;

  /**
   * The window of a resolved {@code window} over spatial dimensions.
   *
   * @param input the spatial axes of what is read: {@code [N,C,d...]}
   * @param output likewise, {@code [N,M,o...]}
   */
  SlidingWindow(Window window, Shape input, Shape output) {
    int rank = input.rank() - 2;
    int[] kernel = window.kernel().stream().mapToInt(Integer::intValue).toArray();
    kernelSize = Shape.of(kernel).elements();
    inputSize = input.elements(2, input.rank());
    outputSize = output.elements(2, output.rank());
    positions = new int[kernelSize * outputSize];
    int[] q = new int[rank];
    for (int i = 0, k = 0; k < kernelSize; k++, next(q, kernel)) {
      int[] o = new int[rank];
      for (int j = 0; j < outputSize; j++, next(o, output)) {
        positions[i++] = position(window, input, q, o);
      }
    }
  }

  private static int position(Window window, Shape input, int[] q, int[] o) {
    int rank = q.length;
    int position = 0;
    boolean padding = false;
    for (int axis = 0; axis < rank; axis++) {
      int size = input.dim(2 + axis);
      int at =
          o[axis] * window.strides().get(axis)
              + q[axis] * window.dilations().get(axis)
              - window.pads().get(axis);
      if (at >= size + window.pads().get(rank + axis)) {
        return OUTSIDE;
      }
      padding |= at < 0 || at >= size;
      position = position * size + at;
    }
    return padding ? PADDING : position;
  }

  private static void next(int[] index, Shape shape) {
    next(index, shape.dims(), 2);
  }

  private static void next(int[] index, int[] dims) {
    next(index, dims, 0);
  }

  private static void next(int[] index, int[] dims, int from) {
    for (int axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis] < dims[from + axis]) {
        return;
      }
      index[axis] = 0;
    }
  }

  int kernelSize() {
    return kernelSize;
  }

  int inputSize() {
    return inputSize;
  }

  int outputSize() {
    return outputSize;
  }

  /** Position in the input plane, {@link #PADDING} or {@link #OUTSIDE}. */
  int at(int q, int o) {
    return positions[q * outputSize + o];
  }
}
