package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** {@code x / norm}, the 1-norm or 2-norm along an axis; where the norm is 0, the result is 0. */
final class ReferenceLpNormalization {
  private ReferenceLpNormalization() {}

  static Executable bind(Step step, Binding binding) {
    Op.LpNormalization op = (Op.LpNormalization) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int axis = Axes.fromFront(op.axis(), shape.rank());
    int count = shape.dim(axis);
    int stride = shape.elements(axis + 1, shape.rank());
    Arithmetic a = Arithmetic.of(x.type());
    return parallel -> {
      double[] values = Values.doubles(x);
      for (int outer = 0; outer < shape.elements(0, axis); outer++) {
        for (int inner = 0; inner < stride; inner++) {
          normalize(values, outer * count * stride + inner, count, stride, op.p(), a);
        }
      }
      Values.store(y, values);
    };
  }

  private static void normalize(double[] x, int from, int count, int stride, int p, Arithmetic a) {
    double[] powers = new double[count];
    for (int i = 0; i < count; i++) {
      double value = x[from + i * stride];
      powers[i] = p == 1 ? Math.abs(value) : a.multiply(value, value);
    }
    double sum = a.sum(powers);
    double norm = p == 1 ? sum : a.sqrt(sum);
    for (int i = from; i < from + count * stride; i += stride) {
      x[i] = norm == 0 ? 0 : a.divide(x[i], norm);
    }
  }
}
