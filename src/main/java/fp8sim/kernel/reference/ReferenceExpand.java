package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;

/** Expand and Tile: repeated elements. */
final class ReferenceExpand {
  private ReferenceExpand() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    return parallel -> Elements.gather(x, Strides.repeated(x.shape(), y.shape()), y);
  }

  /** Each axis becomes two: the repetition, which does not move, and the index. */
  static Executable bindTile(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int[] dims = new int[2 * shape.rank()];
    int[] strides = new int[dims.length];
    for (int axis = 0; axis < shape.rank(); axis++) {
      int size = shape.dim(axis);
      dims[2 * axis] = size == 0 ? 0 : y.shape().dim(axis) / size;
      dims[2 * axis + 1] = size;
      strides[2 * axis + 1] = shape.strides()[axis];
    }
    return parallel -> Elements.gather(x, Strides.positions(dims, strides, 0), y);
  }
}
