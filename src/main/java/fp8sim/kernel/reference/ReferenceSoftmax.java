package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * {@code exp(x - max) / sum of exp(x - max)}, or {@code (x - max) - log(sum)}, along an axis or
 * over all axes from it on. In float16 and bfloat16 every step is rounded to the type, as {@link
 * HalfArithmetic} says.
 */
final class ReferenceSoftmax {
  private ReferenceSoftmax() {}

  static Executable bind(Step step, Binding binding) {
    Op.Softmax op = (Op.Softmax) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int axis = Axes.fromFront(op.axis(), shape.rank());
    int end = op.toEnd() ? shape.rank() : Math.min(axis + 1, shape.rank());
    int count = shape.elements(axis, end);
    int stride = shape.elements(end, shape.rank());
    Arithmetic arithmetic = Arithmetic.of(x.type());
    HalfArithmetic half = HalfArithmetic.of(x.type());
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] row = new double[count];
      for (int outer = 0; outer < shape.elements(0, axis); outer++) {
        for (int inner = 0; inner < stride; inner++) {
          int from = outer * count * stride + inner;
          for (int i = 0; i < count; i++) {
            row[i] = values[from + i * stride];
          }
          softmax(row, op.log(), arithmetic, half);
          for (int i = 0; i < count; i++) {
            values[from + i * stride] = row[i];
          }
        }
      }
      Values.store(y, values);
    };
  }

  private static void softmax(
      double[] row, boolean log, Arithmetic arithmetic, HalfArithmetic half) {
    double max = Double.NEGATIVE_INFINITY;
    for (double x : row) {
      max = Math.max(max, x);
    }
    double[] powers = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = half.round(arithmetic.subtract(row[i], max));
      powers[i] = half.round(arithmetic.exp(row[i]));
    }
    double sum = half.sum(powers, arithmetic);
    double logSum = half.round(arithmetic.log(sum));
    for (int i = 0; i < row.length; i++) {
      row[i] = log ? arithmetic.subtract(row[i], logSum) : arithmetic.divide(powers[i], sum);
    }
  }
}
