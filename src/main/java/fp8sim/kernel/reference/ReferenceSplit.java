package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Parts cut along an axis. Without {@code split} they are equal, but for a smaller last one where
 * the size does not divide.
 */
final class ReferenceSplit {
  private ReferenceSplit() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor split = binding.optional(step.optionalInput(1));
    int axis = Axes.fromFront(((Op.Split) step.op()).axis(), x.shape().rank());
    int parts = step.outputs().size();
    int equal = (x.shape().dim(axis) + parts - 1) / parts;
    return parallel -> {
      int[] sizes = split == null ? null : Values.ints(split);
      int from = 0;
      for (int i = 0; i < parts; i++) {
        int size = sizes == null ? Math.min(equal, x.shape().dim(axis) - from) : sizes[i];
        copy(x, from, size, step.outputs().get(i), axis, binding);
        from += size;
      }
    };
  }

  private static void copy(
      Tensor x, int from, int size, Operand.@Nullable Slot output, int axis, Binding binding) {
    if (output != null) {
      ReferenceConcat.copySlab(x, from, binding.tensor(output), 0, size, axis);
    }
  }
}
