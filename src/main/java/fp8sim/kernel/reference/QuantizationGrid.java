package fp8sim.kernel.reference;

import fp8sim.tensor.Shape;

/** Which scale and zero point belong to an element of a tensor. */
final class QuantizationGrid {
  private QuantizationGrid() {}

  /**
   * For each element of {@code x} its element of a scale that has one element (per tensor), one
   * axis (per axis {@code axis}), or, if {@code blockSize} is not 0, the shape of x with {@code
   * axis} divided by the block size.
   */
  static int[] parameters(Shape x, Shape scale, int axis, int blockSize) {
    int[] parameters = new int[x.elements()];
    if (scale.elements() == 1) {
      return parameters;
    }
    int along = Axes.fromFront(axis, x.rank());
    int size = x.dim(along);
    int inner = x.elements(along + 1, x.rank());
    for (int i = 0; i < parameters.length; i++) {
      int index = i / inner % size;
      if (blockSize == 0) {
        parameters[i] = index;
      } else {
        int outer = i / inner / size;
        parameters[i] = (outer * scale.dim(along) + index / blockSize) * inner + i % inner;
      }
    }
    return parameters;
  }
}
