package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.Fp8simException;
import fp8sim.contract.RandomWindows.Resolved;
import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.kernel.StepRunner;
import fp8sim.kernel.reference.ReferenceKernels;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Windows far larger than the input against their definition: every pair of an element of the input
 * and one of the output is asked which element of the kernel, if any, connects them. All numbers
 * are small integers, so that sums do not depend on their order.
 */
class ReferenceWindowGeometryTest {
  private static final int DRAWS = 400;

  private int tested;

  @Test
  void maximum() {
    for (int draw = 0; draw < DRAWS; draw++) {
      RandomWindows windows = new RandomWindows(draw);
      Tensor x = integers(windows, 1, 2, windows.small(1), windows.small(1));
      Window window = windows.window(List.of(x.shape().dim(2), x.shape().dim(3)), List.of());
      Resolved found = resolve(new Op.MaxPool(window, windows.below(2) > 0, false), x);
      if (found != null) {
        Window resolved = ((Op.MaxPool) found.op()).window();
        float[] expected = new float[found.output().elements()];
        for (int o = 0; o < expected.length; o++) {
          expected[o] = Float.NEGATIVE_INFINITY;
          for (int i : plane(x.shape(), channel(o, found.output()))) {
            if (tap(resolved, i, o, x.shape(), found.output()) >= 0) {
              expected[o] = Math.max(expected[o], x.toFloats()[i]);
            }
          }
        }
        check(found, expected, x);
      }
    }
    assertThat(tested).isGreaterThan(DRAWS / 4);
  }

  @Test
  void average() {
    for (int draw = 0; draw < DRAWS; draw++) {
      RandomWindows windows = new RandomWindows(draw);
      Tensor x = integers(windows, 1, 2, windows.small(1), windows.small(1));
      Window window = windows.window(List.of(x.shape().dim(2), x.shape().dim(3)), List.of());
      boolean all = windows.below(2) > 0;
      Resolved found = resolve(new Op.AveragePool(window, windows.below(2) > 0, all), x);
      if (found != null) {
        Window resolved = ((Op.AveragePool) found.op()).window();
        float[] expected = new float[found.output().elements()];
        for (int o = 0; o < expected.length; o++) {
          double sum = 0;
          double count = 0;
          for (int i : plane(x.shape(), channel(o, found.output()))) {
            if (tap(resolved, i, o, x.shape(), found.output()) >= 0) {
              sum += x.toFloats()[i];
              count++;
            }
          }
          double counted = all ? counted(resolved, o, x.shape(), found.output()) : count;
          expected[o] = (float) sum / (float) counted;
        }
        check(found, expected, x);
      }
    }
    assertThat(tested).isGreaterThan(DRAWS / 4);
  }

  @Test
  void convolution() {
    for (int draw = 0; draw < DRAWS; draw++) {
      RandomWindows windows = new RandomWindows(draw);
      Tensor x = integers(windows, 1, 3, windows.small(1), windows.small(1));
      Tensor w = integers(windows, 2, 3, windows.small(1), windows.small(1));
      List<Integer> kernel = List.of(w.shape().dim(2), w.shape().dim(3));
      Window window = windows.window(List.of(x.shape().dim(2), x.shape().dim(3)), kernel);
      Resolved found = resolve(new Op.Conv(window, 1), x, w);
      if (found != null) {
        float[] expected = new float[found.output().elements()];
        for (int o = 0; o < expected.length; o++) {
          for (int c = 0; c < 3; c++) {
            for (int i : plane(x.shape(), c)) {
              int q = tap(((Op.Conv) found.op()).window(), i, o, x.shape(), found.output());
              int weights = (channel(o, found.output()) * 3 + c) * kernel.get(0) * kernel.get(1);
              expected[o] += q < 0 ? 0 : x.toFloats()[i] * w.toFloats()[weights + q];
            }
          }
        }
        check(found, expected, x, w);
      }
    }
    assertThat(tested).isGreaterThan(DRAWS / 4);
  }

  @Test
  void transposedConvolution() {
    for (int draw = 0; draw < DRAWS; draw++) {
      RandomWindows windows = new RandomWindows(draw);
      Tensor x = integers(windows, 1, 3, windows.small(1), windows.small(1));
      Tensor w = integers(windows, 3, 2, windows.small(1), windows.small(1));
      List<Integer> kernel = List.of(w.shape().dim(2), w.shape().dim(3));
      Window window = windows.transposedWindow(List.of(x.shape().dim(2), x.shape().dim(3)), kernel);
      Resolved found = resolve(new Op.ConvTranspose(window, 1, List.of(), List.of()), x, w);
      if (found != null) {
        float[] expected = new float[found.output().elements()];
        for (int o = 0; o < expected.length; o++) {
          for (int i = 0; i < x.shape().elements(); i++) {
            int q = tap(((Op.ConvTranspose) found.op()).window(), o, i, found.output(), x.shape());
            int c = channel(i, x.shape());
            int weights = (c * 2 + channel(o, found.output())) * kernel.get(0) * kernel.get(1);
            expected[o] += q < 0 ? 0 : x.toFloats()[i] * w.toFloats()[weights + q];
          }
        }
        check(found, expected, x, w);
      }
    }
    assertThat(tested).isGreaterThan(DRAWS / 4);
  }

  private static @Nullable Resolved resolve(Op op, Tensor... inputs) {
    try {
      return RandomWindows.resolve(op, inputs);
    } catch (Fp8simException e) {
      return null; // what is refused, WindowGeometryContract checks
    }
  }

  private void check(Resolved found, float[] expected, Tensor... inputs) {
    Tensor actual = StepRunner.of(ReferenceKernels.set()).run(found.op(), found.output(), inputs);
    assertThat(actual.toFloats()).as("%s", found).isEqualTo(expected);
    tested++;
  }

  private static Tensor integers(RandomWindows windows, int... dims) {
    float[] values = new float[Shape.of(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = windows.below(9) - 4;
    }
    return Tensor.ofFloats(Shape.of(dims), values);
  }

  private static int channel(int element, Shape shape) {
    return element / (shape.dim(2) * shape.dim(3)) % shape.dim(1);
  }

  /** The elements of a channel of a single image. */
  private static int[] plane(Shape shape, int channel) {
    int size = shape.dim(2) * shape.dim(3);
    int[] elements = new int[size];
    for (int i = 0; i < size; i++) {
      elements[i] = channel * size + i;
    }
    return elements;
  }

  private static int coordinate(int element, int axis, Shape shape) {
    return axis == 1 ? element % shape.dim(3) : element / shape.dim(3) % shape.dim(2);
  }

  /** The kernel element that connects two elements, row-major; -1 if none does. */
  private static int tap(Window window, int wide, int narrow, Shape wideShape, Shape narrowShape) {
    long tap = 0;
    for (int axis = 0; axis < 2; axis++) {
      long distance =
          coordinate(wide, axis, wideShape)
              + (long) window.pads().get(axis)
              - (long) coordinate(narrow, axis, narrowShape) * window.strides().get(axis);
      long number = distance / window.dilations().get(axis);
      if (distance < 0
          || distance % window.dilations().get(axis) != 0
          || number >= window.kernel().get(axis)) {
        return -1;
      }
      tap = (tap * window.kernel().get(axis) + number) % Integer.MAX_VALUE;
    }
    return (int) tap;
  }

  /** How many kernel elements lie before the end of the padding. */
  private static double counted(Window window, int output, Shape input, Shape outputs) {
    double count = 1;
    for (int axis = 0; axis < 2; axis++) {
      int low = 0;
      int high = window.kernel().get(axis);
      while (low < high) {
        int middle = low + (high - low) / 2;
        long place =
            (long) coordinate(output, axis, outputs) * window.strides().get(axis)
                + (long) middle * window.dilations().get(axis)
                - window.pads().get(axis);
        if (place < (long) input.dim(2 + axis) + window.pads().get(2 + axis)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      count *= low;
    }
    return count;
  }
}
