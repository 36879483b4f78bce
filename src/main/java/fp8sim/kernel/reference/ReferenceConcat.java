package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Parts joined along an axis. */
final class ReferenceConcat {
  private ReferenceConcat() {}

  static Executable bind(Step step, Binding binding) {
    Tensor y = binding.tensor(step.output());
    int axis = Axes.fromFront(((Op.Concat) step.op()).axis(), y.shape().rank());
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < step.inputs().size(); i++) {
      parts.add(binding.tensor(step.input(i)));
    }
    return parallel -> {
      int at = 0;
      for (Tensor part : parts) {
        copySlab(part, 0, y, at, part.shape().dim(axis), axis);
        at += part.shape().dim(axis);
      }
    };
  }

  /**
   * Copies {@code count} indices along an axis, from index {@code from} of x to {@code to} of y.
   */
  static void copySlab(Tensor x, int from, Tensor y, int to, int count, int axis) {
    Shape shape = x.shape();
    long unit = (long) shape.elements(axis + 1, shape.rank()) * x.type().bytes();
    for (int outer = 0; outer < shape.elements(0, axis); outer++) {
      MemorySegment.copy(
          x.data(),
          ((long) outer * shape.dim(axis) + from) * unit,
          y.data(),
          ((long) outer * y.shape().dim(axis) + to) * unit,
          count * unit);
    }
  }
}
