package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * {@code y[i] = x[0] + ... + x[i]} along an axis, or without {@code x[i]}, or from the end; CumProd
 * multiplies instead.
 */
final class ReferenceCumSum {
  private ReferenceCumSum() {}

  static Executable bind(Op.CumSum op, Step step, Binding binding) {
    return bind(false, op.exclusive(), op.reverse(), step, binding);
  }

  static Executable bind(Op.CumProd op, Step step, Binding binding) {
    return bind(true, op.exclusive(), op.reverse(), step, binding);
  }

  private static Executable bind(
      boolean product, boolean exclusive, boolean reverse, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor axisInput = binding.tensor(step.input(1));
    Tensor y = binding.tensor(step.output());
    return parallel -> {
      int axis = Axes.fromFront(Values.ints(axisInput)[0], x.shape().rank());
      int[][] rows = rows(x.shape(), axis, reverse);
      if (x.type().isFloating()) {
        Arithmetic a = Arithmetic.of(x.type());
        DoubleBinaryOperator next = product ? a::multiply : a::add;
        Values.store(y, accumulate(Values.doubles(x), rows, exclusive, product ? 1 : 0, next));
      } else {
        LongBinaryOperator next = product ? (p, q) -> p * q : Long::sum;
        Values.store(y, accumulate(Values.longs(x), rows, exclusive, product ? 1 : 0, next));
      }
    };
  }

  /** The positions of each row in the order of adding. */
  private static int[][] rows(Shape shape, int axis, boolean reverse) {
    boolean[] along = new boolean[shape.rank()];
    along[axis] = true;
    int[] starts = Axes.positions(shape, along, false);
    int count = shape.dim(axis);
    int stride = shape.strides()[axis];
    int[][] rows = new int[starts.length][count];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < count; j++) {
        rows[i][j] = starts[i] + (reverse ? count - 1 - j : j) * stride;
      }
    }
    return rows;
  }

  private static double[] accumulate(
      double[] x, int[][] rows, boolean exclusive, double start, DoubleBinaryOperator operator) {
    double[] y = new double[x.length];
    for (int[] row : rows) {
      double sum = start;
      for (int at : row) {
        double next = operator.applyAsDouble(sum, x[at]);
        y[at] = exclusive ? sum : next;
        sum = next;
      }
    }
    return y;
  }

  private static long[] accumulate(
      long[] x, int[][] rows, boolean exclusive, long start, LongBinaryOperator operator) {
    long[] y = new long[x.length];
    for (int[] row : rows) {
      long sum = start;
      for (int at : row) {
        long next = operator.applyAsLong(sum, x[at]);
        y[at] = exclusive ? sum : next;
        sum = next;
      }
    }
    return y;
  }
}
