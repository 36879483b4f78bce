package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The maximum of each window, and where in the whole input it is. The first of equal elements wins,
 * and NaN wins over numbers. A window that lies in the padding alone gives -infinity, index -1.
 */
final class ReferenceMaxPool {
  private ReferenceMaxPool() {}

  static Executable bind(Step step, Binding binding) {
    Op.MaxPool op = (Op.MaxPool) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Operand second = step.optionalOutput(1);
    Tensor indices = binding.optional(second);
    SlidingWindow window = SlidingWindow.over(op.window(), x.shape(), y.shape());
    return parallel -> {
      int[] best = positions(Values.doubles(x), window, y.shape().elements());
      if (x.type().isFloating()) {
        Values.store(y, take(Values.doubles(x), best));
      } else {
        Elements.gather(x, best, lowest(x.type()), y);
      }
      storeIndices(best, x.shape(), op.columnMajorIndices(), indices);
    };
  }

  /** What windows give that meet no element of an integer tensor. */
  private static Tensor lowest(DataType type) {
    Tensor lowest = Tensor.zeros(type, Shape.SCALAR);
    switch (type) {
      case INT8 -> lowest.data().set(Tensor.BYTE, 0, Byte.MIN_VALUE);
      case INT16 -> lowest.data().set(Tensor.SHORT, 0, Short.MIN_VALUE);
      case INT32 -> lowest.data().set(Tensor.INT, 0, Integer.MIN_VALUE);
      case INT64 -> lowest.data().set(Tensor.LONG, 0, Long.MIN_VALUE);
      default -> {
        // Unsigned: zero is the lowest.
      }
    }
    return lowest;
  }

  private static int[] positions(double[] x, SlidingWindow window, int outputs) {
    int[] positions = new int[outputs];
    Best best = new Best(x);
    for (int i = 0; i < outputs; i++) {
      int plane = i / window.outputSize() * window.inputSize();
      positions[i] = best.of(plane, window, i % window.outputSize());
    }
    return positions;
  }

  /** Where the largest element under a window is; -1 if there is none. */
  private static final class Best implements SlidingWindow.Visitor {
    private final double[] x;
    private int plane;
    private int best;

    Best(double[] x) {
      this.x = x;
    }

    int of(int firstOfPlane, SlidingWindow window, int output) {
      plane = firstOfPlane;
      best = -1;
      window.visit(output, this);
      return best;
    }

    @Override
    public void visit(int q, int at) {
      if (best < 0 || beats(x[plane + at], x[best])) {
        best = plane + at;
      }
    }

    private static boolean beats(double value, double best) {
      return value > best || (Double.isNaN(value) && !Double.isNaN(best));
    }
  }

  private static double[] take(double[] x, int[] positions) {
    double[] y = new double[positions.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = positions[i] < 0 ? Double.NEGATIVE_INFINITY : x[positions[i]];
    }
    return y;
  }

  private static void storeIndices(
      int[] positions, Shape x, boolean columnMajor, @Nullable Tensor indices) {
    if (indices == null) {
      return;
    }
    long[] values = new long[positions.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = columnMajor ? columnMajor(positions[i], x) : positions[i];
    }
    Values.store(indices, values);
  }

  /** The index if the spatial axes of each plane were stored in the reverse order. */
  private static long columnMajor(int position, Shape x) {
    int size = x.elements(2, x.rank());
    int rest = Math.floorMod(position, size);
    long inPlane = 0;
    for (int axis = x.rank() - 1, stride = size; axis >= 2; axis--) {
      stride /= x.dim(axis);
      inPlane += (long) (rest % x.dim(axis)) * stride;
      rest /= x.dim(axis);
    }
    return position - Math.floorMod(position, size) + inPlane;
  }
}
