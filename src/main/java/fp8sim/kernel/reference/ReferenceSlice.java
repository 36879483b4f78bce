package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;

/** Every {@code steps}-th index from {@code starts} on along each axis; ends are in the shape. */
final class ReferenceSlice {
  private ReferenceSlice() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    return parallel -> {
      SliceView view = SliceView.of(step, binding);
      Elements.gather(x, Strides.positions(y.shape().dims(), view.strides(), view.start()), y);
    };
  }
}
