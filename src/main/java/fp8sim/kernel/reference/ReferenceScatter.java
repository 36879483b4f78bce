package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** ScatterND: {@code y = x}, then {@code y[indices[i.., :].., r..] = updates[i.., r..]}. */
final class ReferenceScatter {
  private ReferenceScatter() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor indices = binding.tensor(step.input(1));
    Tensor updates = binding.tensor(step.input(2));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int[] strides = shape.strides();
    int depth = indices.shape().dim(-1);
    int tuples = indices.shape().elements(0, indices.shape().rank() - 1);
    long size = x.type().bytes();
    long run = shape.elements(depth, shape.rank()) * size;
    return parallel -> {
      y.data().copyFrom(x.data());
      long[] index = Values.longs(indices);
      for (int i = 0; i < tuples; i++) {
        long at = 0;
        for (int d = 0; d < depth; d++) {
          int position = ReferenceGather.check(index[i * depth + d], shape.dim(d), step);
          at += (long) position * strides[d];
        }
        MemorySegment.copy(updates.data(), i * run, y.data(), at * size, run);
      }
    };
  }
}
