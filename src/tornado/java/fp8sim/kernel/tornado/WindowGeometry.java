package fp8sim.kernel.tornado;

import fp8sim.graph.Window;
import fp8sim.tensor.Shape;
import java.util.List;

/**
 * A sliding window in two dimensions; one-dimensional windows are one row high.
 *
 * @param endY up to here rows are padding, those from the input's height on
 */
record WindowGeometry(
    int height,
    int width,
    int outputHeight,
    int outputWidth,
    int kernelY,
    int kernelX,
    int strideY,
    int strideX,
    int dilationY,
    int dilationX,
    int padY,
    int padX,
    int endY,
    int endX) {

  /** Whether a window over these axes has one or two dimensions. */
  static boolean isSupported(Shape input) {
    return input.rank() == 3 || input.rank() == 4;
  }

  static WindowGeometry of(Window window, Shape input, Shape output) {
    int rank = input.rank() - 2;
    return new WindowGeometry(
        rank == 1 ? 1 : input.dim(2),
        input.dim(-1),
        rank == 1 ? 1 : output.dim(2),
        output.dim(-1),
        first(window.kernel(), 1),
        window.kernel().get(rank - 1),
        first(window.strides(), 1),
        window.strides().get(rank - 1),
        first(window.dilations(), 1),
        window.dilations().get(rank - 1),
        rank == 1 ? 0 : window.pads().get(0),
        window.pads().get(rank - 1),
        rank == 1 ? 1 : input.dim(2) + window.pads().get(2),
        input.dim(-1) + window.pads().get(2 * rank - 1));
  }

  private static int first(List<Integer> values, int otherwise) {
    return values.size() == 1 ? otherwise : values.get(0);
  }

  int pixels() {
    return outputHeight * outputWidth;
  }

  int taps() {
    return kernelY * kernelX;
  }

  /**
   * For each term of a convolution, in the order channel, kernel row, kernel column: how far it is
   * from the window's first element in memory, rows and columns.
   */
  int[] termOffsets(int channels) {
    int[] offsets = new int[3 * channels * taps()];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int ky = 0; ky < kernelY; ky++) {
        for (int kx = 0; kx < kernelX; kx++) {
          offsets[at++] = (c * height + ky * dilationY) * width + kx * dilationX;
          offsets[at++] = ky * dilationY;
          offsets[at++] = kx * dilationX;
        }
      }
    }
    return offsets;
  }
}
