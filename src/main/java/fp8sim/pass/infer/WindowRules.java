package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.Window;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Types and geometry of convolutions and poolings. */
final class WindowRules {
  /** Batch and channel come first. */
  private static final int SPATIAL = 2;

  private static final int MAX_RANK = 5;

  private WindowRules() {}

  static Inferred conv(Op.Conv op, Operands in) {
    List<Integer> kernel = checkWeight(in, op.window());
    int channels = in.shape(0).dim(1);
    int filters = in.shape(1).dim(0);
    if (channels != (long) in.shape(1).dim(1) * op.group() || filters % op.group() != 0) {
      throw in.error(
          "input %s does not fit weight %s in %d group(s)"
              .formatted(in.shape(0), in.shape(1), op.group()));
    }
    checkBias(in, filters);
    Window window = resolve(op.window(), kernel, in);
    int[] dims = in.shape(0).dims();
    dims[1] = filters;
    for (int i = 0; i < kernel.size(); i++) {
      dims[SPATIAL + i] = slide(in, window, i, false);
    }
    return Inferred.of(new Op.Conv(window, op.group()), in, in.element(0), Shape.of(dims));
  }

  static Inferred maxPool(Op.MaxPool op, Operands in) {
    in.requireRank(0, "input", SPATIAL + 1, MAX_RANK);
    in.requireNumber(0);
    Window window = resolve(op.window(), kernel(op.window(), in), in);
    Shape shape = pooled(in, window, op.ceilMode());
    List<TensorType> types = new ArrayList<>();
    types.add(new TensorType(in.element(0), shape));
    if (in.node().outputs().size() > 1) {
      types.add(new TensorType(DataType.INT64, shape));
    }
    Op.MaxPool resolved = new Op.MaxPool(window, op.ceilMode(), op.columnMajorIndices());
    return new Inferred(resolved, in.names(), types);
  }

  static Inferred averagePool(Op.AveragePool op, Operands in) {
    in.requireRank(0, "input", SPATIAL + 1, MAX_RANK);
    in.requireFloating(0);
    Window window = resolve(op.window(), kernel(op.window(), in), in);
    Op.AveragePool resolved = new Op.AveragePool(window, op.ceilMode(), op.countIncludePad());
    return Inferred.of(resolved, in, in.element(0), pooled(in, window, op.ceilMode()));
  }

  /** A window without a kernel becomes one of the plane's size. */
  static Inferred lpPool(Op.LpPool op, Operands in) {
    in.requireRank(0, "input", SPATIAL + 1, MAX_RANK);
    in.requireFloating(0);
    List<Integer> kernel = op.window().kernel();
    Window window = resolve(op.window(), kernel.isEmpty() ? spatial(in.shape(0)) : kernel, in);
    Op.LpPool resolved = new Op.LpPool(window, op.ceilMode(), op.p());
    return Inferred.of(resolved, in, in.element(0), pooled(in, window, op.ceilMode()));
  }

  static Inferred globalPool(Op.GlobalPool op, Operands in) {
    in.requireRank(0, "input", SPATIAL + 1, MAX_RANK);
    in.requireFloating(0);
    int[] dims = in.shape(0).dims();
    Arrays.fill(dims, SPATIAL, dims.length, 1);
    return Inferred.of(op, in, in.element(0), Shape.of(dims));
  }

  static Inferred convTranspose(Op.ConvTranspose op, Operands in) {
    List<Integer> kernel = checkWeight(in, op.window());
    int channels = in.shape(0).dim(1);
    if (channels != in.shape(1).dim(0) || channels % op.group() != 0) {
      throw in.error(
          "input %s does not fit weight %s in %d group(s)"
              .formatted(in.shape(0), in.shape(1), op.group()));
    }
    int filters = filters(in.shape(1).dim(1), op.group(), in);
    checkBias(in, filters);
    TransposedGeometry geometry = TransposedGeometry.of(op, kernel, in);
    int[] dims = in.shape(0).dims();
    dims[1] = filters;
    for (int i = 0; i < kernel.size(); i++) {
      dims[SPATIAL + i] = geometry.output().get(i);
    }
    Op.ConvTranspose resolved =
        new Op.ConvTranspose(geometry.window(), op.group(), geometry.outputPadding(), List.of());
    return Inferred.of(resolved, in, in.element(0), Shape.of(dims));
  }

  private static int filters(int ofGroup, int groups, Operands in) {
    long filters = (long) ofGroup * groups;
    if (filters > Integer.MAX_VALUE) {
      throw in.error("its output has %d channels".formatted(filters));
    }
    return (int) filters;
  }

  static void requireLengths(Operands in, Window window, int rank) {
    for (List<Integer> list : List.of(window.kernel(), window.strides(), window.dilations())) {
      if (!list.isEmpty() && list.size() != rank) {
        throw in.error("its window has %d axes, the input %d".formatted(list.size(), rank));
      }
    }
    if (!window.pads().isEmpty() && window.pads().size() != 2 * rank) {
      throw in.error("pads has %d entries, not %d".formatted(window.pads().size(), 2 * rank));
    }
  }

  static List<Integer> spatial(Shape shape) {
    List<Integer> sizes = new ArrayList<>();
    for (int i = SPATIAL; i < shape.rank(); i++) {
      sizes.add(shape.dim(i));
    }
    return Collections.unmodifiableList(sizes);
  }

  private static List<Integer> checkWeight(Operands in, Window window) {
    in.requireRank(0, "input", SPATIAL + 1, MAX_RANK);
    in.requireRank(1, "weight", in.rank(0), in.rank(0));
    in.requireFloating(0);
    in.requireSameType(1, 2);
    List<Integer> kernel = spatial(in.shape(1));
    if (!window.kernel().isEmpty() && !window.kernel().equals(kernel)) {
      throw in.error("kernel_shape %s is not the weight's %s".formatted(window.kernel(), kernel));
    }
    if (kernel.contains(0)) {
      throw in.error("weight has shape " + in.shape(1));
    }
    return kernel;
  }

  private static void checkBias(Operands in, int filters) {
    if (in.has(2)) {
      in.requireShape(2, "bias", Shape.of(filters));
    }
  }

  /** The kernel of a pooling, which has no weight to tell it. */
  private static List<Integer> kernel(Window window, Operands in) {
    if (window.kernel().isEmpty()) {
      throw in.error("kernel_shape is empty");
    }
    return window.kernel();
  }

  static Window resolve(Window window, List<Integer> kernel, Operands in) {
    requireLengths(in, window, in.rank(0) - SPATIAL);
    return window.resolve(kernel, spatial(in.shape(0)));
  }

  private static Shape pooled(Operands in, Window window, boolean ceilMode) {
    int[] dims = in.shape(0).dims();
    for (int i = 0; i < dims.length - SPATIAL; i++) {
      dims[SPATIAL + i] = slide(in, window, i, ceilMode);
    }
    return Shape.of(dims);
  }

  /** How many positions the window has along a spatial axis. */
  static int slide(Operands in, Window window, int axis, boolean ceilMode) {
    int size = in.shape(0).dim(SPATIAL + axis);
    int begin = window.pads().get(axis);
    long padded = (long) size + begin + window.pads().get(window.kernel().size() + axis);
    long extent = (window.kernel().get(axis) - 1L) * window.dilations().get(axis) + 1;
    int stride = window.strides().get(axis);
    if (padded < extent) {
      throw in.error(
          "its window spans %d elements of spatial axis %d, the padded input has %d"
              .formatted(extent, axis, padded));
    }
    long steps = ceilMode ? Math.ceilDiv(padded - extent, stride) : (padded - extent) / stride;
    // With ceil_mode the last window must still start inside the input or its leading pads.
    if (ceilMode && steps * stride >= (long) size + begin) {
      steps--;
    }
    return size(steps + 1, axis, in);
  }

  /** The size of an output along a spatial axis. */
  static int size(long size, int axis, Operands in) {
    if (size > Integer.MAX_VALUE) {
      throw in.error("its output has size %d along spatial axis %d".formatted(size, axis));
    }
    return (int) size;
  }
}
