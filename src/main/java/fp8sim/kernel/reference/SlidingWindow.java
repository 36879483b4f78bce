package fp8sim.kernel.reference;

import fp8sim.graph.Window;
import fp8sim.plan.WindowAxis;
import fp8sim.tensor.Shape;
import java.util.Arrays;

/**
 * Where a sliding window reads: for each output position the kernel elements that meet the input,
 * and where they do. What lies in the padding is never visited.
 */
final class SlidingWindow {
  /** Takes kernel element {@code q} over position {@code at} of the input plane, both row-major. */
  @FunctionalInterface
  interface Visitor {
    void visit(int q, int at);
  }

  private final WindowAxis[] axes;
  private final WindowTaps[] taps;
  private final int[] inputs;
  private final int[] outputs;
  private final int inputSize;
  private final int outputSize;

  private SlidingWindow(WindowAxis[] axes, WindowTaps[] taps, Shape input, Shape output) {
    this.axes = axes;
    this.taps = taps;
    inputs = spatial(input);
    outputs = spatial(output);
    inputSize = input.elements(2, input.rank());
    outputSize = output.elements(2, output.rank());
  }

  private static int[] spatial(Shape shape) {
    return Arrays.copyOfRange(shape.dims(), 2, shape.rank());
  }

  /**
   * The window of a resolved {@code window}.
   *
   * @param input what is read: {@code [N,C,d...]}
   * @param output likewise, {@code [N,M,o...]}
   */
  static SlidingWindow over(Window window, Shape input, Shape output) {
    WindowAxis[] axes = axes(window, input, output);
    WindowTaps[] taps = Arrays.stream(axes).map(WindowTaps::gathering).toArray(WindowTaps[]::new);
    return new SlidingWindow(axes, taps, input, output);
  }

  /** The window of a transposed convolution: it slides over the output. */
  static SlidingWindow transposed(Window window, Shape input, Shape output) {
    WindowAxis[] axes = axes(window, output, input);
    WindowTaps[] taps = Arrays.stream(axes).map(WindowTaps::scattering).toArray(WindowTaps[]::new);
    return new SlidingWindow(axes, taps, input, output);
  }

  private static WindowAxis[] axes(Window window, Shape wide, Shape narrow) {
    WindowAxis[] axes = new WindowAxis[wide.rank() - 2];
    Arrays.setAll(axes, axis -> WindowAxis.of(window, axis, wide, narrow));
    return axes;
  }

  int inputSize() {
    return inputSize;
  }

  int outputSize() {
    return outputSize;
  }

  /**
   * Visits the kernel elements of an output position that meet the input, in row-major order. The
   * number of an element is right if all elements of the kernel fit an int.
   */
  void visit(int output, Visitor visitor) {
    visit(0, output, outputSize, 0, 0, visitor);
  }

  private void visit(int axis, int output, int size, int q, int at, Visitor visitor) {
    if (axis == axes.length) {
      visitor.visit(q, at);
      return;
    }
    int inner = size / outputs[axis];
    int position = output / inner;
    WindowTaps along = taps[axis];
    int tap = q * axes[axis].kernel() + along.tap()[position];
    int place = at * inputs[axis] + along.position()[position];
    int count = along.count()[position];
    boolean last = axis == axes.length - 1;
    for (int i = 0; i < count; i++) {
      if (last) {
        visitor.visit(tap, place);
      } else {
        visit(axis + 1, output % inner, inner, tap, place, visitor);
      }
      tap += along.tapStep();
      place += along.positionStep();
    }
  }

  /**
   * How many kernel elements an average counts at an output position. Those beyond the padding's
   * end, where a window that {@code ceil_mode} adds may reach, never count.
   */
  double counted(int output, boolean includePadding) {
    double count = 1;
    for (int axis = axes.length - 1, rest = output; axis >= 0; axis--) {
      count *= axes[axis].counted(rest % outputs[axis], includePadding);
      rest /= outputs[axis];
    }
    return count;
  }
}
