package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Types of reductions. */
final class ReductionRules {
  private ReductionRules() {}

  static Inferred reduce(Op.Reduce op, Operands in) {
    int rank = in.rank(0);
    requireReducible(op.function(), in);
    int[] axes = in.has(1) ? in.axes(in.longs(1, "axes"), rank) : new int[0];
    if (axes.length == 0) {
      if (op.noopWithEmptyAxes()) {
        List<String> input = List.of(in.names().getFirst());
        return Inferred.of(new Op.Identity(), input, in.element(0), in.shape(0));
      }
      axes = IntStream.range(0, rank).toArray();
    }
    Arrays.sort(axes);
    List<String> inputs = List.of(in.names().getFirst(), in.add("axes", axes));
    Shape shape = without(in.shape(0), axes, op.keepDims());
    boolean empty = in.shape(0).elements() == 0 && shape.elements() > 0;
    if (empty && op.function() == ReduceFunction.MEAN && in.element(0).isInteger()) {
      throw in.error("the mean of no integers, of shape " + in.shape(0));
    }
    Op resolved = new Op.Reduce(op.function(), op.keepDims(), false);
    return Inferred.of(resolved, inputs, in.element(0), shape);
  }

  private static void requireReducible(ReduceFunction function, Operands in) {
    boolean extremum = function == ReduceFunction.MAX || function == ReduceFunction.MIN;
    if (!extremum || in.element(0) != DataType.BOOL) {
      in.requireNumber(0);
    }
  }

  static Inferred argExtremum(Op.ArgExtremum op, Operands in) {
    in.requireNumber(0);
    int axis = in.axis(op.axis(), in.rank(0));
    if (in.shape(0).dim(axis) == 0) {
      throw in.error("axis %d of shape %s is empty".formatted(axis, in.shape(0)));
    }
    Shape shape = without(in.shape(0), new int[] {axis}, op.keepDims());
    Op resolved = new Op.ArgExtremum(op.max(), axis, op.keepDims(), op.selectLastIndex());
    return Inferred.of(resolved, in, DataType.INT64, shape);
  }

  /** The axis operand in normal form: an int64 vector of one element, not negative. */
  static Inferred cumulative(Op op, Operands in) {
    in.requireNumber(0);
    long[] axis = in.longs(1, "axis");
    if (axis.length != 1) {
      throw in.error("axis has " + axis.length + " elements, not 1");
    }
    int[] normal = in.axes(axis, in.rank(0));
    List<String> inputs = List.of(in.names().getFirst(), in.add("axis", normal));
    return Inferred.of(op, inputs, in.element(0), in.shape(0));
  }

  private static Shape without(Shape shape, int[] axes, boolean keep) {
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      boolean reduced = Arrays.binarySearch(axes, i) >= 0;
      if (!reduced || keep) {
        dims.add(reduced ? 1 : shape.dim(i));
      }
    }
    return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
  }
}
