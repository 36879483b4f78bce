package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Types of operators that take a part of their input, or add a border to it. */
final class SelectionRules {
  private SelectionRules() {}

  static Inferred nonZero(Op.NonZero op, Operands in) {
    requireReadable(in);
    return new Inferred(op, in.names(), ResultTypes.of(in.node(), List.of(in.known(0, "operand"))));
  }

  /** The operand of NonZero has a type whose zeros are known. */
  static void requireReadable(Operands in) {
    if (!ConstantElements.isReadable(in.element(0))) {
      throw in.error(
          "input 0 has type %s, whose zeros are not looked for".formatted(in.element(0)));
    }
  }

  /**
   * Starts, ends, axes and steps in normal form: one entry for every axis, starts inside the input
   * (or 0 where nothing is taken), ends after the last element taken.
   */
  static Inferred slice(Op.Slice op, Operands in) {
    Shape x = in.shape(0);
    int rank = x.rank();
    long[] starts = in.longs(1, "starts");
    long[] ends = in.longs(2, "ends");
    long[] given = in.has(3) ? in.longs(3, "axes") : LongStream.range(0, starts.length).toArray();
    long[] steps = in.has(4) ? in.longs(4, "steps") : ones(starts.length);
    if (ends.length != starts.length
        || given.length != starts.length
        || steps.length != starts.length) {
      throw in.error("starts, ends, axes and steps differ in length");
    }
    int[] axes = in.axes(given, rank);
    long[] from = new long[rank];
    long[] to = Arrays.stream(x.dims()).asLongStream().toArray();
    long[] by = ones(rank);
    int[] dims = x.dims();
    for (int i = 0; i < axes.length; i++) {
      int axis = axes[i];
      int size = x.dim(axis);
      if (steps[i] == 0) {
        throw in.error("step 0 along axis " + axis);
      }
      boolean forward = steps[i] > 0;
      long start = clamp(starts[i], size, 0, forward ? size : size - 1);
      long end = clamp(ends[i], size, forward ? 0 : -1, forward ? size : size - 1);
      // Steps beyond the size take one element; limiting them keeps products in range.
      long step = Math.clamp(steps[i], -Math.max(1L, size), Math.max(1L, size));
      long distance = forward ? end - start : start - end;
      dims[axis] = (int) Math.max(0, Math.ceilDiv(distance, Math.abs(step)));
      from[axis] = dims[axis] == 0 ? 0 : start;
      to[axis] = dims[axis] == 0 ? 0 : end < 0 ? -size - 1L : end;
      by[axis] = step;
    }
    List<String> inputs =
        List.of(
            in.names().getFirst(),
            in.add("starts", from),
            in.add("ends", to),
            in.add("axes", LongStream.range(0, rank).toArray()),
            in.add("steps", by));
    return Inferred.of(op, inputs, in.element(0), Shape.of(dims));
  }

  private static long clamp(long position, int size, long least, long most) {
    long fromStart = position < 0 ? position + size : position;
    return Math.max(least, Math.min(most, fromStart));
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  static Inferred gather(Op.Gather op, Operands in) {
    in.requireInteger(1);
    int axis = in.axis(op.axis(), in.rank(0));
    int[] x = in.shape(0).dims();
    int[] indices = in.shape(1).dims();
    int[] dims = Arrays.copyOf(x, axis + indices.length + x.length - axis - 1);
    System.arraycopy(indices, 0, dims, axis, indices.length);
    System.arraycopy(x, axis + 1, dims, axis + indices.length, x.length - axis - 1);
    return Inferred.of(new Op.Gather(axis), in, in.element(0), Shape.of(dims));
  }

  static Inferred gatherElements(Op.GatherElements op, Operands in) {
    int axis = elementAxis(op.axis(), in);
    return Inferred.of(new Op.GatherElements(axis), in, in.element(0), in.shape(1));
  }

  /** The axis along which input 1 has indices of elements of input 0. */
  static int elementAxis(int given, Operands in) {
    in.requireInteger(1);
    in.requireRank(1, "indices", in.rank(0), in.rank(0));
    int axis = in.axis(given, in.rank(0));
    for (int i = 0; i < in.rank(0); i++) {
      if (i != axis && in.shape(1).dim(i) > in.shape(0).dim(i)) {
        throw in.error("indices of shape %s reach outside %s".formatted(in.shape(1), in.shape(0)));
      }
    }
    return axis;
  }

  static Inferred gatherNd(Op.GatherND op, Operands in) {
    in.requireType(1, DataType.INT64);
    in.requireRank(1, "indices", 1, Integer.MAX_VALUE);
    Shape x = in.shape(0);
    Shape indices = in.shape(1);
    int batch = op.batchDims();
    int tuple = indices.dim(-1);
    if (batch < 0 || batch >= indices.rank() || tuple < 1 || batch + tuple > x.rank()) {
      throw in.error("indices of shape %s do not fit %s".formatted(indices, x));
    }
    for (int i = 0; i < batch; i++) {
      if (x.dim(i) != indices.dim(i)) {
        throw in.error("batch axes of %s and %s differ".formatted(x, indices));
      }
    }
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < indices.rank() - 1; i++) {
      dims.add(indices.dim(i));
    }
    for (int i = batch + tuple; i < x.rank(); i++) {
      dims.add(x.dim(i));
    }
    Shape shape = Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
    return Inferred.of(op, in, in.element(0), shape);
  }

  /** Pads in normal form: begins of all axes, then ends; no axes operand. */
  static Inferred pad(Op.Pad op, Operands in) {
    int rank = in.rank(0);
    long[] given = in.longs(1, "pads");
    int[] axes =
        in.axes(
            in.has(3) ? in.longs(3, "axes") : LongStream.range(0, given.length / 2).toArray(),
            rank);
    if (given.length != 2 * axes.length || (!in.has(3) && axes.length != rank)) {
      throw in.error("pads has %d entries for shape %s".formatted(given.length, in.shape(0)));
    }
    if (in.has(2) && in.shape(2).elements() != 1) {
      throw in.error("its value has shape " + in.shape(2));
    }
    in.requireSameType(2);
    long[] pads = new long[2 * rank];
    long[] dims = new long[rank];
    for (int i = 0; i < axes.length; i++) {
      pads[axes[i]] = given[i];
      pads[rank + axes[i]] = given[axes.length + i];
    }
    for (int i = 0; i < rank; i++) {
      dims[i] = Math.addExact(in.shape(0).dim(i), Math.addExact(pads[i], pads[rank + i]));
      requirePossible(op, in, i, pads[i], pads[rank + i]);
    }
    List<String> inputs = new ArrayList<>(in.names().subList(0, Math.min(3, in.count())));
    inputs.set(1, in.add("pads", pads));
    return Inferred.of(op, inputs, in.element(0), Shape.of(dims));
  }

  /** As a Pad, whose pads may be negative; what is left over at odd differences is at the end. */
  static Inferred centerCropPad(Op.CenterCropPad op, Operands in) {
    int rank = in.rank(0);
    long[] shape = in.longs(1, "shape");
    long[] given =
        op.axes().isEmpty()
            ? LongStream.range(0, rank).toArray()
            : op.axes().stream().mapToLong(Integer::longValue).toArray();
    int[] axes = in.axes(given, rank);
    if (shape.length != axes.length) {
      throw in.error("shape has %d entries for %d axes".formatted(shape.length, axes.length));
    }
    long[] pads = new long[2 * rank];
    int[] dims = in.shape(0).dims();
    for (int i = 0; i < axes.length; i++) {
      if (shape[i] < 0 || shape[i] > Integer.MAX_VALUE) {
        throw in.error("shape has the entry " + shape[i]);
      }
      long difference = shape[i] - dims[axes[i]];
      pads[axes[i]] = difference / 2;
      pads[rank + axes[i]] = difference - difference / 2;
      dims[axes[i]] = (int) shape[i];
    }
    List<String> inputs = List.of(in.names().getFirst(), in.add("pads", pads));
    return Inferred.of(new Op.Pad(Op.Pad.Mode.CONSTANT), inputs, in.element(0), Shape.of(dims));
  }

  private static void requirePossible(Op.Pad op, Operands in, int axis, long begin, long end) {
    int size = in.shape(0).dim(axis);
    long most =
        switch (op.mode()) {
          case CONSTANT -> Integer.MAX_VALUE;
          case EDGE -> size == 0 ? 0 : Integer.MAX_VALUE;
          case REFLECT -> Math.max(0, size - 1);
          case WRAP -> size;
        };
    if (Math.max(begin, end) > most || size + Math.min(begin, 0) + Math.min(end, 0) < 0) {
      throw in.error(
          "cannot pad axis %d of %s by %d and %d".formatted(axis, in.shape(0), begin, end));
    }
  }

  static Inferred trilu(Op.Trilu op, Operands in) {
    in.requireRank(0, "input", 2, Integer.MAX_VALUE);
    if (in.has(1)) {
      in.requireInteger(1);
      if (in.shape(1).elements() != 1) {
        throw in.error("k has shape " + in.shape(1));
      }
    }
    return ElementwiseRules.sameAsInput(op, in);
  }
}
