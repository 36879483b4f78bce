package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A border around a tensor; negative pads cut. */
final class ReferencePad {
  private ReferencePad() {}

  static Executable bind(Step step, Binding binding) {
    Op.Pad.Mode mode = ((Op.Pad) step.op()).mode();
    Tensor x = binding.tensor(step.input(0));
    Tensor pads = binding.tensor(step.input(1));
    Tensor given = binding.optional(step.optionalInput(2));
    Tensor value = given == null ? Tensor.zeros(x.type(), Shape.SCALAR) : given;
    Tensor axes = binding.optional(step.optionalInput(3));
    Tensor y = binding.tensor(step.output());
    return parallel -> {
      int[] begins = begins(pads, axes, x.shape().rank());
      int[][] indices = new int[begins.length][];
      for (int axis = 0; axis < begins.length; axis++) {
        indices[axis] = new int[y.shape().dim(axis)];
        for (int o = 0; o < indices[axis].length; o++) {
          indices[axis][o] = source((long) o - begins[axis], x.shape().dim(axis), mode);
        }
      }
      Elements.gather(x, Strides.grid(indices, x.shape().strides()), value, y);
    };
  }

  private static int[] begins(Tensor pads, @Nullable Tensor axes, int rank) {
    int[] all = Values.ints(pads);
    int[] padded = Axes.read(axes, all.length / 2, rank);
    int[] begins = new int[rank];
    for (int i = 0; i < padded.length; i++) {
      begins[padded[i]] = all[i];
    }
    return begins;
  }

  /** The input index at a position that may lie outside; -1 for the constant. */
  private static int source(long at, int size, Op.Pad.Mode mode) {
    return switch (mode) {
      case CONSTANT -> at < 0 || at >= size ? -1 : (int) at;
      case EDGE -> Math.clamp(at, 0, size - 1);
      case WRAP -> Math.floorMod(at, size);
      case REFLECT -> {
        long period = Math.max(1, 2 * (size - 1L));
        long phase = Math.floorMod(at, period);
        yield (int) (phase < size ? phase : period - phase);
      }
    };
  }
}
