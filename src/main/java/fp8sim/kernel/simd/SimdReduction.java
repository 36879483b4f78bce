package fp8sim.kernel.simd;

import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** ReduceMean over the last axes; other reductions by the reference. */
final class SimdReduction implements FamilyKernel {
  private final Kernel reference;

  SimdReduction(Kernel reference) {
    this.reference = reference;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.REDUCTION;
  }

  @Override
  public Executable bind(Step step, Binding binding) {
    if (step.op() instanceof Op.Reduce op
        && op.function() == ReduceFunction.MEAN
        && step.input(0).dataType() == DataType.FLOAT
        && step.epilogue().isEmpty()
        && step.optionalInput(1) instanceof Operand.Constant axes) {
      int size = trailing(axes.tensor(), step.input(0).shape());
      if (size > 0) {
        Tensor x = StepOperands.tensor(step.input(0), binding);
        return RowMeans.over(x, binding.tensor(step.output()), size);
      }
    }
    return reference.bind(step, binding);
  }

  /** Elements of the reduced axes together if they are the last ones, else 0. */
  private static int trailing(Tensor axes, Shape shape) {
    int count = axes.shape().elements();
    boolean[] reduced = new boolean[shape.rank()];
    for (int i = 0; i < count; i++) {
      int axis = (int) axes.data().getAtIndex(Tensor.LONG, i);
      reduced[axis < 0 ? axis + shape.rank() : axis] = true;
    }
    for (int axis = shape.rank() - count; axis < shape.rank(); axis++) {
      if (axis < 0 || !reduced[axis]) {
        return 0;
      }
    }
    return count == 0 ? 0 : shape.elements(shape.rank() - count, shape.rank());
  }
}
