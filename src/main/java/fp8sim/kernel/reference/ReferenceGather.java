package fp8sim.kernel.reference;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;

/** Gather, GatherElements and GatherND. Negative indices count from the end. */
final class ReferenceGather {
  private ReferenceGather() {}

  /** {@code y[o.., i.., r..] = x[o.., indices[i..], r..]}, the axis between o and r. */
  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor indices = binding.tensor(step.input(1));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int axis = Axes.fromFront(((Op.Gather) step.op()).axis(), shape.rank());
    int size = shape.dim(axis);
    int run = shape.elements(axis + 1, shape.rank());
    return parallel -> {
      long[] index = Values.longs(indices);
      int[] positions = new int[y.shape().elements()];
      for (int i = 0; i < positions.length; i++) {
        int outer = i / run / index.length;
        int at = check(index[i / run % index.length], size, step);
        positions[i] = (outer * size + at) * run + i % run;
      }
      Elements.gather(x, positions, y);
    };
  }

  /** {@code y[i..] = x[i.., indices[i..], i..]}, the index along the axis replaced. */
  static Executable bindElements(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor indices = binding.tensor(step.input(1));
    Tensor y = binding.tensor(step.output());
    int axis = Axes.fromFront(((Op.GatherElements) step.op()).axis(), x.shape().rank());
    int[] strides = x.shape().strides();
    int stride = strides[axis];
    strides[axis] = 0;
    return parallel -> {
      long[] index = Values.longs(indices);
      int[] positions = Strides.positions(y.shape().dims(), strides, 0);
      for (int i = 0; i < positions.length; i++) {
        positions[i] += check(index[i], x.shape().dim(axis), step) * stride;
      }
      Elements.gather(x, positions, y);
    };
  }

  /** {@code y[b.., i.., r..] = x[b.., indices[b.., i.., :].., r..]}. */
  static Executable bindNd(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor indices = binding.tensor(step.input(1));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int[] strides = shape.strides();
    int batchAxes = ((Op.GatherND) step.op()).batchDims();
    int batches = shape.elements(0, batchAxes);
    int batch = shape.elements(batchAxes, shape.rank());
    int depth = indices.shape().dim(-1);
    int run = shape.elements(batchAxes + depth, shape.rank());
    return parallel -> {
      long[] index = Values.longs(indices);
      int[] positions = new int[y.shape().elements()];
      int perBatch = positions.length / Math.max(1, batches);
      for (int i = 0; i < positions.length; i++) {
        int at = i / perBatch * batch + i % run;
        for (int d = 0; d < depth; d++) {
          int axis = batchAxes + d;
          at += check(index[i / run * depth + d], shape.dim(axis), step) * strides[axis];
        }
        positions[i] = at;
      }
      Elements.gather(x, positions, y);
    };
  }

  static int check(long index, int size, Step step) {
    if (index < -size || index >= size) {
      throw Fp8simException.input(
          "%s: index %d is outside an axis of %d; check the input values (token ids, labels)"
              .formatted(step.describe(), index, size));
    }
    return (int) (index < 0 ? index + size : index);
  }
}
