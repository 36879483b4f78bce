package fp8sim.pass.infer;

import fp8sim.common.DisplayText;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Types of operators that change the shape or the order of elements. */
final class LayoutRules {
  private LayoutRules() {}

  /** The shape operand in normal form: the output's dimensions. */
  static Inferred reshape(Op.Reshape op, Operands in) {
    long[] wanted = in.longs(1, "shape");
    long[] dims = wanted.clone();
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 0 && !op.allowZero()) {
        if (i >= in.rank(0)) {
          throw in.error("dimension %d of its shape is copied from %s".formatted(i, in.shape(0)));
        }
        dims[i] = in.shape(0).dim(i);
      } else if (dims[i] == -1 && open < 0) {
        open = i;
        dims[i] = 1;
      } else if (dims[i] < 0) {
        throw in.error("its shape has dimension " + dims[i]);
      }
    }
    int elements = in.shape(0).elements();
    if (open >= 0) {
      int others = Shape.of(dims).elements();
      if (others == 0 || elements % others != 0) {
        throw cannotReshape(in, wanted);
      }
      dims[open] = elements / others;
    }
    Shape shape = Shape.of(dims);
    if (shape.elements() != elements) {
      throw cannotReshape(in, wanted);
    }
    List<String> inputs = List.of(in.names().getFirst(), in.add("shape", dims));
    return Inferred.of(new Op.Reshape(true), inputs, in.element(0), shape);
  }

  private static RuntimeException cannotReshape(Operands in, long[] wanted) {
    return in.error(
        "%s cannot take the shape %s"
            .formatted(in.shape(0), DisplayText.name(Arrays.toString(wanted))));
  }

  static Inferred flatten(Op.Flatten op, Operands in) {
    Shape x = in.shape(0);
    int axis = op.axis() == x.rank() ? x.rank() : in.axis(op.axis(), Math.max(1, x.rank()));
    Shape shape = Shape.of(x.elements(0, axis), x.elements(axis, x.rank()));
    return Inferred.of(new Op.Flatten(axis), in, in.element(0), shape);
  }

  static Inferred squeeze(Op.Squeeze op, Operands in) {
    Shape x = in.shape(0);
    boolean[] drop = new boolean[x.rank()];
    if (in.has(1)) {
      for (int axis : in.axes(in.longs(1, "axes"), x.rank())) {
        if (x.dim(axis) != 1) {
          throw in.error("axis %d of shape %s is not 1".formatted(axis, x));
        }
        drop[axis] = true;
      }
    } else {
      for (int i = 0; i < drop.length; i++) {
        drop[i] = x.dim(i) == 1;
      }
    }
    List<Integer> dims = new ArrayList<>();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < drop.length; i++) {
      (drop[i] ? axes : dims).add(drop[i] ? i : x.dim(i));
    }
    List<String> inputs = List.of(in.names().getFirst(), in.add("axes", ints(axes)));
    return Inferred.of(op, inputs, in.element(0), Shape.of(ints(dims)));
  }

  static Inferred unsqueeze(Op.Unsqueeze op, Operands in) {
    long[] given = in.longs(1, "axes");
    int rank = in.rank(0) + given.length;
    int[] axes = in.axes(given, rank);
    Arrays.sort(axes);
    int[] dims = new int[rank];
    for (int axis : axes) {
      dims[axis] = -1;
    }
    int next = 0;
    for (int i = 0; i < rank; i++) {
      dims[i] = dims[i] == -1 ? 1 : in.shape(0).dim(next++);
    }
    List<String> inputs = List.of(in.names().getFirst(), in.add("axes", axes));
    return Inferred.of(op, inputs, in.element(0), Shape.of(dims));
  }

  static Inferred transpose(Op.Transpose op, Operands in) {
    int rank = in.rank(0);
    int[] perm = new int[rank];
    for (int i = 0; i < rank; i++) {
      perm[i] = rank - 1 - i;
    }
    if (!op.perm().isEmpty()) {
      if (op.perm().size() != rank) {
        throw in.error(
            "perm %s does not fit shape %s"
                .formatted(DisplayText.name(op.perm().toString()), in.shape(0)));
      }
      perm = in.axes(op.perm().stream().mapToLong(Integer::longValue).toArray(), rank);
    }
    int[] dims = new int[rank];
    List<Integer> resolved = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      dims[i] = in.shape(0).dim(perm[i]);
      resolved.add(perm[i]);
    }
    return Inferred.of(new Op.Transpose(List.copyOf(resolved)), in, in.element(0), Shape.of(dims));
  }

  static Inferred concat(Op.Concat op, Operands in) {
    int axis = in.axis(op.axis(), in.rank(0));
    long size = 0;
    for (int i = 0; i < in.count(); i++) {
      in.requireSameType(i);
      if (in.rank(i) != in.rank(0)
          || !in.shape(i).with(axis, 0).equals(in.shape(0).with(axis, 0))) {
        throw in.error(
            "shapes %s and %s cannot be joined along axis %d"
                .formatted(in.shape(0), in.shape(i), axis));
      }
      size += in.shape(i).dim(axis);
    }
    Shape shape = in.shape(0).with(axis, Math.toIntExact(size));
    return Inferred.of(new Op.Concat(axis), in, in.element(0), shape);
  }

  /** The split operand in normal form: one size per output. */
  static Inferred split(Op.Split op, Operands in) {
    int axis = in.axis(op.axis(), in.rank(0));
    int size = in.shape(0).dim(axis);
    int parts = in.node().outputs().size();
    long[] sizes = in.has(1) ? in.longs(1, "split") : equalParts(size, parts);
    long sum = 0;
    for (long part : sizes) {
      if (part < 0 || part > size) {
        throw in.error("its split has a part of size " + part);
      }
      sum += part;
    }
    if (sizes.length != parts || sum != size) {
      throw in.error(
          "its %d parts do not add up to axis %d of shape %s".formatted(parts, axis, in.shape(0)));
    }
    List<TensorType> types = new ArrayList<>();
    for (long part : sizes) {
      types.add(new TensorType(in.element(0), in.shape(0).with(axis, (int) part)));
    }
    List<String> inputs = List.of(in.names().getFirst(), in.add("split", sizes));
    return new Inferred(new Op.Split(axis), inputs, types);
  }

  private static long[] equalParts(int size, int parts) {
    long[] sizes = new long[parts];
    int part = Math.ceilDiv(size, parts);
    for (int i = 0; i < parts; i++) {
      sizes[i] = Math.max(0, Math.min(part, size - (long) i * part));
    }
    return sizes;
  }

  /** The shape operand in normal form: the output's dimensions. */
  static Inferred expand(Op.Expand op, Operands in) {
    Shape wanted = Shape.of(in.longs(1, "shape"));
    Shape shape = BroadcastRule.of(in, in.shape(0), wanted);
    List<String> inputs = List.of(in.names().getFirst(), in.add("shape", shape.dims()));
    return Inferred.of(op, inputs, in.element(0), shape);
  }

  static Inferred tile(Op.Tile op, Operands in) {
    long[] repeats = in.longs(1, "repeats");
    if (repeats.length != in.rank(0)) {
      throw in.error("repeats has %d entries for shape %s".formatted(repeats.length, in.shape(0)));
    }
    long[] dims = new long[repeats.length];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Math.multiplyExact(repeats[i], in.shape(0).dim(i));
    }
    return Inferred.of(op, in, in.element(0), Shape.of(dims));
  }

  static Inferred depthToSpace(Op.DepthToSpace op, Operands in) {
    in.requireRank(0, "input", 4, 4);
    Shape x = in.shape(0);
    int block = op.blockSize();
    long area = (long) block * block;
    if (x.dim(1) % area != 0) {
      throw in.error("%d channels cannot be cut into blocks of %d".formatted(x.dim(1), area));
    }
    long[] dims = {x.dim(0), x.dim(1) / area, (long) x.dim(2) * block, (long) x.dim(3) * block};
    return Inferred.of(op, in, in.element(0), Shape.of(dims));
  }

  static Inferred spaceToDepth(Op.SpaceToDepth op, Operands in) {
    in.requireRank(0, "input", 4, 4);
    Shape x = in.shape(0);
    int block = op.blockSize();
    if (x.dim(2) % block != 0 || x.dim(3) % block != 0) {
      throw in.error("shape %s cannot be cut into blocks of %d".formatted(x, block));
    }
    long channels = Math.multiplyExact(x.dim(1), (long) block * block);
    long[] dims = {x.dim(0), channels, x.dim(2) / block, x.dim(3) / block};
    return Inferred.of(op, in, in.element(0), Shape.of(dims));
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
