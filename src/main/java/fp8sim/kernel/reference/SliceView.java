package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Where the elements of a Slice's output lie in its input.
 *
 * @param start position of the first one, in elements
 * @param strides steps along the output's axes, in elements; negative where it runs backwards
 */
public record SliceView(int start, int[] strides) {
  /** Reads starts, axes and steps as they are now; ends are in the output's shape. */
  public static SliceView of(Step step, Binding binding) {
    return of(
        binding.tensor(step.input(0)),
        binding.tensor(step.input(1)),
        binding.optional(step.optionalInput(3)),
        binding.optional(step.optionalInput(4)),
        binding.tensor(step.output()));
  }

  private static SliceView of(
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
    return new SliceView(start, strides);
  }
}
