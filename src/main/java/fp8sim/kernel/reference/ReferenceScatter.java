package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.graph.ScatterReduction;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;

/**
 * ScatterND: {@code y = x}, then {@code y[indices[i.., :].., r..] = updates[i.., r..]};
 * ScatterElements: {@code y[i.., indices[i..], i..] = updates[i..]}; or both combined by the
 * reduction.
 */
final class ReferenceScatter {
  private ReferenceScatter() {}

  static Executable bind(Op.ScatterND op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor indices = binding.tensor(step.input(1));
    Tensor updates = binding.tensor(step.input(2));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int[] strides = shape.strides();
    int depth = indices.shape().dim(-1);
    int run = shape.elements(depth, shape.rank());
    return parallel -> {
      y.data().copyFrom(x.data());
      long[] index = Values.longs(indices);
      int[] positions = new int[updates.shape().elements()];
      for (int i = 0; i < positions.length; i++) {
        int at = i % run;
        for (int d = 0; d < depth; d++) {
          at += ReferenceGather.check(index[i / run * depth + d], shape.dim(d), step) * strides[d];
        }
        positions[i] = at;
      }
      write(op.reduction(), updates, positions, y);
    };
  }

  static Executable bindElements(Op.ScatterElements op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor indices = binding.tensor(step.input(1));
    Tensor updates = binding.tensor(step.input(2));
    Tensor y = binding.tensor(step.output());
    int size = x.shape().dim(op.axis());
    int[] strides = x.shape().strides();
    int stride = strides[op.axis()];
    strides[op.axis()] = 0;
    return parallel -> {
      y.data().copyFrom(x.data());
      long[] index = Values.longs(indices);
      int[] positions = Strides.positions(updates.shape().dims(), strides, 0);
      for (int i = 0; i < positions.length; i++) {
        positions[i] += ReferenceGather.check(index[i], size, step) * stride;
      }
      write(op.reduction(), updates, positions, y);
    };
  }

  /** Element {@code positions[i]} of y takes update i, in the order of the updates. */
  private static void write(ScatterReduction reduction, Tensor updates, int[] positions, Tensor y) {
    if (reduction == ScatterReduction.NONE) {
      for (int i = 0; i < positions.length; i++) {
        Elements.copy(updates, i, y, positions[i]);
      }
    } else if (y.type().isFloating()) {
      double[] added = Values.doubles(updates);
      double[] values = Values.doubles(y);
      Arithmetic a = Arithmetic.of(y.type());
      for (int i = 0; i < positions.length; i++) {
        values[positions[i]] = combine(reduction, values[positions[i]], added[i], a);
      }
      Values.store(y, values);
    } else {
      long[] added = Values.longs(updates);
      long[] values = Values.longs(y);
      for (int i = 0; i < positions.length; i++) {
        values[positions[i]] = combine(reduction, values[positions[i]], added[i], y.type());
      }
      Values.store(y, values);
    }
  }

  private static double combine(ScatterReduction reduction, double x, double update, Arithmetic a) {
    return switch (reduction) {
      case NONE -> update;
      case ADD -> a.add(x, update);
      case MUL -> a.multiply(x, update);
      case MAX -> Math.max(x, update);
      case MIN -> Math.min(x, update);
    };
  }

  /** Of booleans the sum is "or", the product "and". */
  private static long combine(ScatterReduction reduction, long x, long update, DataType type) {
    // Flipping the top bit makes the order of unsigned numbers that of signed ones.
    long flip = type == DataType.UINT64 ? Long.MIN_VALUE : 0;
    return switch (reduction) {
      case NONE -> update;
      case ADD -> type == DataType.BOOL ? x | update : x + update;
      case MUL -> x * update;
      case MAX -> Math.max(x ^ flip, update ^ flip) ^ flip;
      case MIN -> Math.min(x ^ flip, update ^ flip) ^ flip;
    };
  }
}
