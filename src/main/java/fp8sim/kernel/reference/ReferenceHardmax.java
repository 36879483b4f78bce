package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** 1 at the first largest element along an axis, else 0; NaN is the largest. */
final class ReferenceHardmax {
  private ReferenceHardmax() {}

  static Executable bind(Op.Hardmax op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int count = shape.dim(op.axis());
    int stride = shape.elements(op.axis() + 1, shape.rank());
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] results = new double[values.length];
      for (int i = 0; i < values.length / count; i++) {
        int from = i / stride * stride * count + i % stride;
        int best = from;
        for (int j = 1; j < count; j++) {
          int at = from + j * stride;
          if (values[at] > values[best]
              || (Double.isNaN(values[at]) && !Double.isNaN(values[best]))) {
            best = at;
          }
        }
        results[best] = 1;
      }
      Values.store(y, results);
    };
  }
}
