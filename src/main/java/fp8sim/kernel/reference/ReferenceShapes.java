package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** Shape, Size and ConstantOfShape. */
final class ReferenceShapes {
  private ReferenceShapes() {}

  static Executable bindShape(Step step, Binding binding) {
    int start = ((Op.ShapeOf) step.op()).start();
    Shape shape = step.input(0).shape();
    Tensor y = binding.tensor(step.output());
    int first = Math.clamp(Axes.fromFront(start, shape.rank()), 0, shape.rank());
    return parallel -> {
      long[] dims = new long[y.shape().elements()];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = shape.dim(first + i);
      }
      Values.store(y, dims);
    };
  }

  static Executable bindSize(Step step, Binding binding) {
    Tensor y = binding.tensor(step.output());
    long[] size = {step.input(0).shape().elements()};
    return parallel -> Values.store(y, size);
  }

  static Executable bindConstant(Step step, Binding binding) {
    Tensor value = ((Op.ConstantOfShape) step.op()).value();
    Tensor y = binding.tensor(step.output());
    return parallel -> Elements.gather(value, new int[y.shape().elements()], y);
  }
}
