package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MaxPool, AveragePool and the global poolings. */
abstract class PoolingContract extends KernelContract {
  private final RandomTensors random = new RandomTensors(4);

  @ParameterizedTest
  @CsvSource({
    "2, 2, 1, 0, 8, 8", "3, 2, 1, 1, 15, 17", "3, 1, 1, 1, 7, 33", "2, 1, 2, 1, 9, 9",
    "5, 3, 1, 2, 20, 31", "1, 2, 1, 0, 9, 5", "3, 2, 1, 0, 56, 16", "7, 1, 1, 3, 1, 1",
  })
  void windows(int kernel, int stride, int dilation, int pad, int height, int width) {
    Window window =
        new Window(
            List.of(kernel, kernel),
            List.of(stride, stride),
            List.of(dilation, dilation),
            List.of(pad, pad, pad, pad),
            Window.AutoPad.NOTSET);
    int extent = (kernel - 1) * dilation + 1;
    Shape shape =
        Shape.of(
            2,
            3,
            (height + 2 * pad - extent) / stride + 1,
            (width + 2 * pad - extent) / stride + 1);
    Tensor x = random.normal(2, 3, height, width);
    check(new Op.MaxPool(window, false, false), shape, x);
    check(new Op.AveragePool(window, false, false), shape, x);
    check(new Op.AveragePool(window, false, true), shape, x);
  }

  /** Windows that reach beyond the padding. */
  @Test
  void ceilMode() {
    Window window =
        new Window(
            List.of(3, 2),
            List.of(2, 2),
            List.of(1, 1),
            List.of(1, 0, 1, 0),
            Window.AutoPad.NOTSET);
    Tensor x = random.normal(2, 3, 6, 7);
    Shape shape = Shape.of(2, 3, 4, 4);
    check(new Op.MaxPool(window, true, false), shape, x);
    check(new Op.AveragePool(window, true, false), shape, x);
    check(new Op.AveragePool(window, true, true), shape, x);
  }

  @Test
  void oneDimension() {
    Window window =
        new Window(List.of(4), List.of(3), List.of(1), List.of(1, 2), Window.AutoPad.NOTSET);
    Tensor x = random.normal(2, 3, 20);
    check(new Op.MaxPool(window, false, false), Shape.of(2, 3, 7), x);
    check(new Op.AveragePool(window, false, true), Shape.of(2, 3, 7), x);
  }

  @Test
  void specialValues() {
    Window window =
        new Window(
            List.of(2, 2),
            List.of(1, 1),
            List.of(1, 1),
            List.of(0, 0, 0, 0),
            Window.AutoPad.NOTSET);
    float[] values = new float[36];
    float[] specials = {0f, -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 1f};
    for (int i = 0; i < values.length; i++) {
      values[i] = specials[(i * 7 + i / 6) % specials.length];
    }
    Tensor x = Tensor.ofFloats(Shape.of(1, 1, 6, 6), values);
    check(new Op.MaxPool(window, false, false), Shape.of(1, 1, 5, 5), x);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 7", "4, 4", "3, 11", "14, 14", "1, 17"})
  void global(int height, int width) {
    Tensor x = random.normal(3, 5, height, width);
    check(new Op.GlobalPool(false), Shape.of(3, 5, 1, 1), x);
    check(new Op.GlobalPool(true), Shape.of(3, 5, 1, 1), x);
  }
}
