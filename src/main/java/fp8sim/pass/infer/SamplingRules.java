package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Types of operators that read or write at computed positions of an image. */
final class SamplingRules {
  private static final int SPATIAL = 2;

  private SamplingRules() {}

  static Inferred gridSample(Op.GridSample op, Operands in) {
    in.requireRank(0, "input", SPATIAL + 1, SPATIAL + 3);
    in.requireRank(1, "grid", in.rank(0), in.rank(0));
    in.requireFloating(0);
    in.requireFloating(1);
    Shape x = in.shape(0);
    Shape grid = in.shape(1);
    if (grid.dim(0) != x.dim(0) || grid.dim(-1) != x.rank() - SPATIAL) {
      throw in.error("a grid of shape %s does not fit %s".formatted(grid, x));
    }
    int[] dims = x.dims();
    System.arraycopy(grid.dims(), 1, dims, SPATIAL, dims.length - SPATIAL);
    requireImage(in);
    return Inferred.of(op, in, in.element(0), Shape.of(dims));
  }

  /** Fails if there is nothing to sample. */
  private static void requireImage(Operands in) {
    if (in.shape(0).elements(SPATIAL, in.rank(0)) == 0) {
      throw in.error("input has shape %s, without pixels".formatted(in.shape(0)));
    }
  }

  static Inferred affineGrid(Op.AffineGrid op, Operands in) {
    in.requireFloating(0);
    long[] size = in.longs(1, "size");
    int axes = size.length - SPATIAL;
    if (axes < 2 || axes > 3) {
      throw in.error("size has %d entries, not 4 or 5".formatted(size.length));
    }
    long[] dims = Arrays.copyOf(size, size.length);
    System.arraycopy(size, SPATIAL, dims, 1, axes);
    dims[size.length - 1] = axes;
    Shape grid = Shape.of(dims);
    in.requireShape(0, "theta", Shape.of(grid.dim(0), axes, axes + 1));
    List<String> inputs = List.of(in.names().getFirst(), in.add("size", size));
    return Inferred.of(op, inputs, in.element(0), grid);
  }

  static Inferred deformPatches(Op.DeformPatches op, Operands in) {
    in.requireRank(0, "input", 4, 4);
    in.requireFloating(0);
    in.requireSameType(1, 2);
    List<Integer> kernel = op.window().kernel();
    Window window = WindowRules.resolve(op.window(), kernel, in);
    int elements = Math.multiplyExact(kernel.get(0), kernel.get(1));
    Shape x = in.shape(0);
    if (x.dim(1) % op.offsetGroups() != 0) {
      throw in.error(
          "%d channels cannot be cut into %d groups".formatted(x.dim(1), op.offsetGroups()));
    }
    int[] dims = x.dims();
    for (int i = 0; i < kernel.size(); i++) {
      dims[SPATIAL + i] = WindowRules.slide(in, window, i, false);
    }
    int offsets = Math.multiplyExact(elements, op.offsetGroups());
    dims[1] = Math.multiplyExact(2, offsets);
    in.requireShape(1, "offset", Shape.of(dims));
    if (in.has(2)) {
      dims[1] = offsets;
      in.requireShape(2, "mask", Shape.of(dims));
    }
    dims[1] = Math.multiplyExact(elements, x.dim(1));
    Op resolved = new Op.DeformPatches(window, op.offsetGroups());
    return Inferred.of(resolved, in, in.element(0), Shape.of(dims));
  }

  static Inferred columnsToImage(Op.Col2Im op, Operands in) {
    in.requireRank(0, "input", 3, 3);
    in.requireFloating(0);
    long[] image = in.longs(1, "image shape");
    long[] block = in.longs(2, "block shape");
    if (image.length == 0 || image.length != block.length) {
      throw in.error("%d image and %d block sizes".formatted(image.length, block.length));
    }
    List<Integer> kernel = Arrays.stream(block).mapToObj(Math::toIntExact).toList();
    int elements = kernel.stream().reduce(1, Math::multiplyExact);
    if (kernel.stream().anyMatch(size -> size < 1) || in.shape(0).dim(1) % elements != 0) {
      throw in.error("blocks of %s do not fit shape %s".formatted(kernel, in.shape(0)));
    }
    long[] dims = new long[SPATIAL + image.length];
    dims[0] = in.shape(0).dim(0);
    dims[1] = in.shape(0).dim(1) / elements;
    System.arraycopy(image, 0, dims, SPATIAL, image.length);
    Shape shape = Shape.of(dims);
    WindowRules.requireLengths(in, op.window(), kernel.size());
    Window window = op.window().resolve(kernel, WindowRules.spatial(shape));
    long positions = 1;
    for (int i = 0; i < kernel.size(); i++) {
      positions = Math.multiplyExact(positions, positions(window, i, shape, in));
    }
    if (positions != in.shape(0).dim(2)) {
      throw in.error("%d blocks fit, the input has %d".formatted(positions, in.shape(0).dim(2)));
    }
    List<String> inputs =
        List.of(in.names().getFirst(), in.add("image_shape", image), in.add("block_shape", block));
    return Inferred.of(new Op.Col2Im(window), inputs, in.element(0), shape);
  }

  private static int positions(Window window, int axis, Shape image, Operands in) {
    int ends = window.pads().get(window.kernel().size() + axis);
    long padded = (long) image.dim(SPATIAL + axis) + window.pads().get(axis) + ends;
    long extent = (window.kernel().get(axis) - 1L) * window.dilations().get(axis) + 1;
    if (padded < extent) {
      throw in.error("a block spans %d elements of axis %d of %d".formatted(extent, axis, padded));
    }
    return WindowRules.size((padded - extent) / window.strides().get(axis) + 1, axis, in);
  }

  static Inferred maxUnpool(Op.MaxUnpool op, Operands in) {
    in.requireRank(0, "input", SPATIAL + 1, SPATIAL + 3);
    in.requireType(1, DataType.INT64);
    in.requireShape(1, "indices", in.shape(0));
    Window window = WindowRules.resolve(op.window(), op.window().kernel(), in);
    int axes = window.kernel().size();
    long[] dims = Arrays.stream(in.shape(0).dims()).asLongStream().toArray();
    for (int i = 0; i < axes; i++) {
      long pads = (long) window.pads().get(i) + window.pads().get(axes + i);
      dims[SPATIAL + i] =
          (dims[SPATIAL + i] - 1) * window.strides().get(i) + window.kernel().get(i) - pads;
    }
    List<String> inputs = new ArrayList<>(in.names());
    if (in.has(2)) {
      dims = in.longs(2, "output shape");
      if (dims.length != in.rank(0)) {
        throw in.error("output shape has %d entries".formatted(dims.length));
      }
      inputs.set(2, in.add("output_shape", dims));
    }
    return Inferred.of(new Op.MaxUnpool(window), inputs, in.element(0), Shape.of(dims));
  }

  static Inferred roiAlign(Op.RoiAlign op, Operands in) {
    in.requireSameType(1);
    in.requireInteger(2);
    Shape shape = regions(4, op.height(), op.width(), in);
    in.requireShape(2, "batch indices", Shape.of(shape.dim(0)));
    requireImage(in);
    return Inferred.of(op, in, in.element(0), shape);
  }

  static Inferred maxRoiPool(Op.MaxRoiPool op, Operands in) {
    in.requireSameType(1);
    return Inferred.of(op, in, in.element(0), regions(5, op.height(), op.width(), in));
  }

  private static Shape regions(int numbers, int height, int width, Operands in) {
    in.requireRank(0, "input", 4, 4);
    in.requireFloating(0);
    in.requireRank(1, "regions", 2, 2);
    int count = in.shape(1).dim(0);
    in.requireShape(1, "regions", Shape.of(count, numbers));
    if (height < 1 || width < 1) {
      throw in.error("an output of %d by %d".formatted(height, width));
    }
    return Shape.of(count, in.shape(0).dim(1), height, width);
  }
}
