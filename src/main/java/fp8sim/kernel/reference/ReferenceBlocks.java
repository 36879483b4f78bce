package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;

/** DepthToSpace and SpaceToDepth: a transposition after splitting axes in two. */
final class ReferenceBlocks {
  private ReferenceBlocks() {}

  /**
   * {@code [N, b, b, C, H, W]} (DCR) or {@code [N, C, b, b, H, W]} (CRD) to {@code [N,C,H,b,W,b]}.
   */
  static Executable bindDepthToSpace(Step step, Binding binding) {
    Op.DepthToSpace op = (Op.DepthToSpace) step.op();
    Shape x = step.input(0).shape();
    if (x.elements() == 0) {
      return parallel -> {};
    }
    int b = op.blockSize();
    int depth = (int) (x.dim(1) / ((long) b * b));
    return op.columnRowDepth()
        ? bind(step, binding, Shape.of(x.dim(0), depth, b, b, x.dim(2), x.dim(3)), 0, 1, 4, 2, 5, 3)
        : bind(
            step, binding, Shape.of(x.dim(0), b, b, depth, x.dim(2), x.dim(3)), 0, 3, 4, 1, 5, 2);
  }

  /**
   * {@code [N, C, H, b, W, b]} to {@code [N, b, b, C, H, W]} (DCR) or {@code [N, C, b, b, H, W]}
   * (CRD).
   */
  static Executable bindSpaceToDepth(Step step, Binding binding) {
    Op.SpaceToDepth op = (Op.SpaceToDepth) step.op();
    int b = op.blockSize();
    Shape x = step.input(0).shape();
    if (x.elements() == 0) {
      return parallel -> {};
    }
    Shape split = Shape.of(x.dim(0), x.dim(1), x.dim(2) / b, b, x.dim(3) / b, b);
    return op.columnRowDepth()
        ? bind(step, binding, split, 0, 1, 3, 5, 2, 4)
        : bind(step, binding, split, 0, 3, 5, 1, 2, 4);
  }

  private static Executable bind(Step step, Binding binding, Shape split, int... perm) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    int[] dims = new int[perm.length];
    int[] strides = new int[perm.length];
    for (int i = 0; i < perm.length; i++) {
      dims[i] = split.dim(perm[i]);
      strides[i] = split.strides()[perm[i]];
    }
    return parallel -> Elements.gather(x, Strides.positions(dims, strides, 0), y);
  }
}
