package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Every {@code steps}-th index from {@code starts} on along each axis; ends are in the shape. */
final class ReferenceSlice {
  private ReferenceSlice() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor starts = binding.tensor(step.input(1));
    Tensor axes = binding.optional(step.optionalInput(3));
    Tensor steps = binding.optional(step.optionalInput(4));
    Tensor y = binding.tensor(step.output());
    return parallel -> Elements.gather(x, positions(x, starts, axes, steps, y), y);
  }

  private static int[] positions(
      Tensor x, Tensor starts, @Nullable Tensor axes, @Nullable Tensor steps, Tensor y) {
    int[] first = Values.ints(starts);
    int[] sliced = Axes.read(axes, first.length, x.shape().rank());
    int[] every = steps == null ? null : Values.ints(steps);
    int[] strides = x.shape().strides();
    int start = 0;
    for (int i = 0; i < sliced.length; i++) {
      int axis = sliced[i];
      int size = x.shape().dim(axis);
      int step = every == null ? 1 : every[i];
      int index = first[i] < 0 ? first[i] + size : first[i];
      start += Math.clamp(index, 0, Math.max(0, step > 0 ? size : size - 1)) * strides[axis];
      strides[axis] *= y.shape().dim(axis) > 1 ? step : 0;
    }
    return Strided.positions(y.shape().dims(), strides, start);
  }
}
