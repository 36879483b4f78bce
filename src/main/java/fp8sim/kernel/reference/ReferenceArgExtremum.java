package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** Index of the largest or smallest element along an axis; NaN wins over numbers. */
final class ReferenceArgExtremum {
  /** Compares element {@code i} with element {@code j}: positive if i is the more extreme. */
  private interface Order {
    int compare(int i, int j);
  }

  private ReferenceArgExtremum() {}

  static Executable bind(Step step, Binding binding) {
    Op.ArgExtremum op = (Op.ArgExtremum) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int axis = Axes.fromFront(op.axis(), shape.rank());
    int stride = shape.elements(axis + 1, shape.rank());
    int count = shape.dim(axis);
    return parallel -> {
      Order order = order(x, op.max());
      long[] indices = new long[y.shape().elements()];
      for (int i = 0; i < indices.length; i++) {
        int from = i / stride * stride * count + i % stride;
        indices[i] = best(order, from, count, stride, op.selectLastIndex());
      }
      Values.store(y, indices);
    };
  }

  private static int best(Order order, int from, int count, int stride, boolean last) {
    int best = 0;
    for (int j = 1; j < count; j++) {
      int compared = order.compare(from + j * stride, from + best * stride);
      if (compared > 0 || (compared == 0 && last)) {
        best = j;
      }
    }
    return best;
  }

  private static Order order(Tensor x, boolean max) {
    if (x.type().isFloating()) {
      double[] values = Values.doubles(x);
      return (i, j) -> compare(values[i], values[j], max);
    }
    long[] values = Values.longs(x);
    // Flipping the top bit makes the order of unsigned numbers that of signed ones.
    long flip = x.type() == DataType.UINT64 ? Long.MIN_VALUE : 0;
    return max
        ? (i, j) -> Long.compare(values[i] ^ flip, values[j] ^ flip)
        : (i, j) -> Long.compare(values[j] ^ flip, values[i] ^ flip);
  }

  private static int compare(double a, double b, boolean max) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }
    if (a == b) {
      return 0;
    }
    return a > b == max ? 1 : -1;
  }
}
