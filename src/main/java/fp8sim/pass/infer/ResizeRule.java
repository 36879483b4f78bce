package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.graph.Op.Resize.AspectRatio;
import fp8sim.graph.Op.Resize.CoordinateMode;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The type of Resize. In normal form scales (if they were given), sizes (if these were given) and
 * the begins and ends of the region of interest hold one entry for every axis; {@code axes} is
 * empty. To keep the aspect ratio there are both sizes and the common scale, which then counts.
 */
final class ResizeRule {
  /** With less, an antialiasing filter spans too many elements to list them. */
  private static final double SMALLEST_FILTERED = 0x1p-24;

  private final Op.Resize op;
  private final Operands in;
  private final int rank;
  private final int[] axes;

  private ResizeRule(Op.Resize op, Operands in) {
    this.op = op;
    this.in = in;
    this.rank = in.rank(0);
    this.axes =
        op.axes().isEmpty()
            ? IntStream.range(0, rank).toArray()
            : in.axes(op.axes().stream().mapToLong(Integer::longValue).toArray(), rank);
  }

  static Inferred infer(Op.Resize op, Operands in) {
    boolean copies =
        op.interpolation().mode() == Op.Resize.Mode.NEAREST && in.element(0) == DataType.BOOL;
    if (!copies) {
      in.requireNumber(0);
    }
    ResizeRule rule = new ResizeRule(op, in);
    return in.has(2) && in.shape(2).elements() > 0 ? rule.byScales() : rule.bySizes();
  }

  private Inferred byScales() {
    float[] given = in.floats(2, "scales");
    requireLength("scales", given.length, axes.length);
    float[] scales = new float[rank];
    Arrays.fill(scales, 1);
    float[] region = region();
    int[] dims = in.shape(0).dims();
    for (int i = 0; i < axes.length; i++) {
      int axis = axes[i];
      if (!(given[i] > 0) || Float.isInfinite(given[i])) {
        throw in.error("scale %s along axis %d".formatted(given[i], axis));
      }
      scales[axis] = given[i];
      double extent = dims[axis];
      if (op.coordinates() == CoordinateMode.TF_CROP_AND_RESIZE && region.length > 0) {
        extent *= region[rank + axis] - region[axis];
      }
      // The specification multiplies in float32.
      dims[axis] = Math.toIntExact((long) Math.floor((float) extent * given[i]));
      requireFilter(given[i], dims[axis], axis);
    }
    String constant = in.add("scales", Tensor.ofFloats(Shape.of(rank), scales));
    return result(dims, region, constant, "");
  }

  private Inferred bySizes() {
    if (!in.has(3)) {
      throw in.error("has neither scales nor sizes");
    }
    long[] given = in.longs(3, "sizes");
    requireLength("sizes", given.length, axes.length);
    int[] dims = in.shape(0).dims();
    double common = commonScale(given);
    for (int i = 0; i < axes.length; i++) {
      long size = common == 0 ? given[i] : Math.round(common * dims[axes[i]]);
      if (size < 1 || size > Integer.MAX_VALUE) {
        throw in.error("size %d along axis %d".formatted(size, axes[i]));
      }
      requireFilter(size / (double) dims[axes[i]], (int) size, axes[i]);
      dims[axes[i]] = (int) size;
    }
    String scales = "";
    if (common > 0) {
      float[] all = new float[rank];
      Arrays.fill(all, 1);
      for (int axis : axes) {
        all[axis] = (float) common;
      }
      scales = in.add("scales", Tensor.ofFloats(Shape.of(rank), all));
    }
    return result(dims, region(), scales, in.add("sizes", dims));
  }

  /** An antialiasing filter spans the more elements the smaller the scale is. */
  private void requireFilter(double scale, int size, int axis) {
    if (op.interpolation().antialias() && size > 0 && scale < SMALLEST_FILTERED) {
      throw in.error("scale %s along axis %d is too small for antialiasing".formatted(scale, axis));
    }
  }

  /** The scale that keeps the aspect ratio; 0 if each axis has its own. */
  private double commonScale(long[] sizes) {
    if (op.aspectRatio() == AspectRatio.STRETCH) {
      return 0;
    }
    boolean smallest = op.aspectRatio() == AspectRatio.NOT_LARGER;
    double scale = smallest ? Double.POSITIVE_INFINITY : 0;
    for (int i = 0; i < axes.length; i++) {
      double own = sizes[i] / (double) Math.max(1, in.shape(0).dim(axes[i]));
      scale = smallest ? Math.min(scale, own) : Math.max(scale, own);
    }
    return scale;
  }

  private Inferred result(int[] dims, float[] region, String scales, String sizes) {
    Shape shape = Shape.of(dims);
    if (in.shape(0).elements() == 0 && shape.elements() > 0) {
      throw in.error("nothing of shape %s becomes %s".formatted(in.shape(0), shape));
    }
    List<String> inputs = new ArrayList<>();
    inputs.add(in.names().getFirst());
    inputs.add(
        region.length == 0 ? "" : in.add("roi", Tensor.ofFloats(Shape.of(region.length), region)));
    inputs.add(scales);
    inputs.add(sizes);
    Op.Resize resolved =
        new Op.Resize(
            op.interpolation(),
            op.coordinates(),
            op.extrapolationValue(),
            AspectRatio.STRETCH,
            List.of());
    return Inferred.of(resolved, inputs, in.element(0), shape);
  }

  /** Begins, then ends, of the region along every axis; empty where it does not matter. */
  private float[] region() {
    if (op.coordinates() != CoordinateMode.TF_CROP_AND_RESIZE) {
      return new float[0];
    }
    float[] given = in.floats(1, "roi");
    requireLength("roi", given.length, 2 * axes.length);
    float[] region = new float[2 * rank];
    Arrays.fill(region, rank, 2 * rank, 1);
    for (int i = 0; i < axes.length; i++) {
      region[axes[i]] = given[i];
      region[rank + axes[i]] = given[axes.length + i];
    }
    return region;
  }

  private void requireLength(String role, int actual, int expected) {
    if (actual != expected) {
      throw in.error("%s has %d entries, not %d".formatted(role, actual, expected));
    }
  }
}
