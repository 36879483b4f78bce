package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** {@code y[i] = x[0] + ... + x[i]} along an axis, or without {@code x[i]}, or from the end. */
final class ReferenceCumSum {
  private ReferenceCumSum() {}

  static Executable bind(Step step, Binding binding) {
    Op.CumSum op = (Op.CumSum) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor axisInput = binding.tensor(step.input(1));
    Tensor y = binding.tensor(step.output());
    return parallel -> {
      int axis = Axes.fromFront(Values.ints(axisInput)[0], x.shape().rank());
      int[][] rows = rows(x.shape(), axis, op.reverse());
      if (x.type().isFloating()) {
        Values.store(y, sums(Values.doubles(x), rows, op.exclusive(), Arithmetic.of(x.type())));
      } else {
        Values.store(y, sums(Values.longs(x), rows, op.exclusive()));
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

  private static double[] sums(double[] x, int[][] rows, boolean exclusive, Arithmetic a) {
    double[] y = new double[x.length];
    for (int[] row : rows) {
      double sum = 0;
      for (int at : row) {
        double next = a.add(sum, x[at]);
        y[at] = exclusive ? sum : next;
        sum = next;
      }
    }
    return y;
  }

  private static long[] sums(long[] x, int[][] rows, boolean exclusive) {
    long[] y = new long[x.length];
    for (int[] row : rows) {
      long sum = 0;
      for (int at : row) {
        long next = sum + x[at];
        y[at] = exclusive ? sum : next;
        sum = next;
      }
    }
    return y;
  }
}
