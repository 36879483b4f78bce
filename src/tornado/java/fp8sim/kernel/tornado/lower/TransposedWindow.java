package fp8sim.kernel.tornado.lower;

import fp8sim.kernel.tornado.device.MatrixGeometry;
import fp8sim.plan.WindowAxis;
import fp8sim.plan.WindowGeometry;
import java.util.ArrayList;
import java.util.List;

/**
 * A transposed convolution as convolutions: the outputs whose rows and columns leave the same
 * remainders by the strides form a part, whose terms lie at fixed distances in the input.
 *
 * @param window of the convolution that goes from the output to the input
 * @param channels of the input
 */
record TransposedWindow(WindowGeometry window, int channels) {

  /** A kernel position along one axis: its number, and how far its input is from the part's. */
  private record Tap(int position, int offset) {}

  /** Positions of the output, {@code first + i * stride} for i below {@code size}. */
  private record Phase(int first, int size, List<Tap> taps) {}

  /** Phases of an axis of the window, whose input is the transposed convolution's output. */
  private static List<Phase> phases(WindowAxis axis) {
    int output = axis.input();
    int stride = axis.stride();
    List<Phase> phases = new ArrayList<>();
    for (int first = 0; first < Math.min(stride, output); first++) {
      List<Tap> taps = new ArrayList<>();
      for (int k = 0; k < axis.kernel(); k++) {
        int at = first + axis.before() - k * axis.dilation();
        if (Math.floorMod(at, stride) == 0) {
          taps.add(new Tap(k, Math.floorDiv(at, stride)));
        }
      }
      phases.add(new Phase(first, (output - first + stride - 1) / stride, taps));
    }
    return phases;
  }

  /** Positions of the output. */
  int pixels() {
    return window.plane();
  }

  int taps() {
    return window.taps();
  }

  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (Phase y : phases(window.vertical())) {
      for (Phase x : phases(window.horizontal())) {
        parts.add(new Part(this, y, x));
      }
    }
    return parts;
  }

  /** A part of the output. */
  static final class Part {
    private final WindowGeometry window;
    private final int channels;
    private final Phase y;
    private final Phase x;

    private Part(TransposedWindow all, Phase y, Phase x) {
      window = all.window();
      channels = all.channels();
      this.y = y;
      this.x = x;
    }

    private int taps() {
      return y.taps().size() * x.taps().size();
    }

    /** Where a weight {@code [channels, filters, kernel rows, kernel columns]} is. */
    int weight(int filter, int term, int filters) {
      int tap = term % taps();
      int ky = y.taps().get(tap / x.taps().size()).position();
      int kx = x.taps().get(tap % x.taps().size()).position();
      return ((term / taps() * filters + filter) * window.vertical().kernel() + ky)
              * window.horizontal().kernel()
          + kx;
    }

    /** The geometry without operands' places and epilogue; terms are in the order of the kernel. */
    int[] geometry(ProgramBuilder program, int batch, int filters) {
      int height = window.vertical().output();
      int width = window.horizontal().output();
      int[] geometry = new int[MatrixGeometry.SIZE + 3];
      geometry[MatrixGeometry.ROWS] = filters;
      geometry[MatrixGeometry.TERMS] = channels * taps();
      geometry[MatrixGeometry.COLUMNS] = batch * y.size() * x.size();
      geometry[MatrixGeometry.LEFT_ROW] = channels * taps();
      geometry[MatrixGeometry.LEFT_TERM] = 1;
      geometry[MatrixGeometry.RIGHT_BATCH] = channels * height * width;
      geometry[MatrixGeometry.RIGHT_Y] = width;
      geometry[MatrixGeometry.RIGHT_X] = 1;
      geometry[MatrixGeometry.RIGHT_BY_COLUMN] = 1;
      geometry[MatrixGeometry.TERM_OFFSETS] = program.addTable(termOffsets(height, width));
      geometry[MatrixGeometry.HEIGHT] = height;
      geometry[MatrixGeometry.WIDTH] = width;
      geometry[MatrixGeometry.OUTPUT_WIDTH] = x.size();
      geometry[MatrixGeometry.PIXELS] = y.size() * x.size();
      geometry[MatrixGeometry.STRIDE_Y] = 1;
      geometry[MatrixGeometry.STRIDE_X] = 1;
      int pixels = window.plane();
      geometry[MatrixGeometry.RESULT_ROW] = pixels;
      geometry[MatrixGeometry.RESULT_BATCH] = filters * pixels;
      geometry[MatrixGeometry.RESULT_LINE] =
          window.vertical().stride() * window.horizontal().input();
      geometry[MatrixGeometry.RESULT_PIXEL] = window.horizontal().stride();
      int start = y.first() * window.horizontal().input() + x.first();
      MatrixLowering.setTile(geometry, new int[] {0, 0, start});
      return geometry;
    }

    private int[] termOffsets(int height, int width) {
      int[] offsets = new int[3 * channels * taps()];
      int at = 0;
      for (int c = 0; c < channels; c++) {
        for (Tap ky : y.taps()) {
          for (Tap kx : x.taps()) {
            offsets[at++] = (c * height + ky.offset()) * width + kx.offset();
            offsets[at++] = ky.offset();
            offsets[at++] = kx.offset();
          }
        }
      }
      return offsets;
    }
  }
}
