package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The first k elements along an axis after sorting, and where they were. */
final class ReferenceTopK {
  private ReferenceTopK() {}

  static Executable bind(Op.TopK op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor values = binding.tensor(step.output());
    Tensor indices = binding.optional(step.optionalOutput(1));
    Shape shape = x.shape();
    int count = shape.dim(op.axis());
    int k = values.shape().dim(op.axis());
    int stride = shape.elements(op.axis() + 1, shape.rank());
    return parallel -> {
      Comparator<Integer> smaller = order(x);
      Comparator<Integer> order = op.largest() ? smaller.reversed() : smaller;
      Integer[] row = new Integer[count];
      for (int i = 0; i < shape.elements() / count; i++) {
        int from = i / stride * stride * count + i % stride;
        Arrays.setAll(row, j -> from + j * stride);
        Arrays.sort(row, order); // stable: of equal ones the first stays first
        for (int j = 0; j < k; j++) {
          int at = i / stride * stride * k + i % stride + j * stride;
          Elements.copy(x, row[j], values, at);
          store(indices, at, (row[j] - from) / stride);
        }
      }
    };
  }

  private static void store(@Nullable Tensor indices, int at, long index) {
    if (indices != null) {
      indices.data().setAtIndex(Tensor.LONG, at, index);
    }
  }

  /** The order of the elements at two positions of a tensor, from small to large. */
  private static Comparator<Integer> order(Tensor x) {
    if (x.type().isFloating()) {
      double[] values = Values.doubles(x);
      // Adding 0 makes -0 equal to 0; NaN is the largest for Double.compare.
      return (i, j) -> Double.compare(values[i] + 0.0, values[j] + 0.0);
    }
    long[] values = Values.longs(x);
    return x.type() == DataType.UINT64
        ? (i, j) -> Long.compareUnsigned(values[i], values[j])
        : (i, j) -> Long.compare(values[i], values[j]);
  }
}
