package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * {@code y[n,c,at(q,o)] +=} {@code x[n, c*k+q, o]} for all positions o and elements q, in order.
 */
final class ReferenceCol2Im {
  private ReferenceCol2Im() {}

  static Executable bind(Op.Col2Im op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    int blocks = x.shape().dim(2);
    int elements = op.window().kernel().stream().reduce(1, Math::multiplyExact);
    SlidingWindow window = SlidingWindow.over(op.window(), y.shape(), positions(op, y.shape()));
    Arithmetic a = Arithmetic.of(x.type());
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] image = new double[y.shape().elements()];
      for (int c = 0; c < y.shape().elements(0, 2); c++) {
        int from = c * elements * blocks;
        int plane = c * window.inputSize();
        for (int o = 0; o < blocks; o++) {
          int block = o;
          window.visit(
              o,
              (q, at) ->
                  image[plane + at] = a.add(image[plane + at], values[from + q * blocks + block]));
        }
      }
      Values.store(y, image);
    };
  }

  /** The shape {@code [N,C,o..]} of the window's positions in an image. */
  private static Shape positions(Op.Col2Im op, Shape image) {
    int[] dims = image.dims();
    int axes = dims.length - 2;
    for (int i = 0; i < axes; i++) {
      long pads = (long) op.window().pads().get(i) + op.window().pads().get(axes + i);
      long extent = (op.window().kernel().get(i) - 1L) * op.window().dilations().get(i) + 1;
      dims[2 + i] =
          Math.toIntExact((dims[2 + i] + pads - extent) / op.window().strides().get(i) + 1);
    }
    return Shape.of(dims);
  }
}
