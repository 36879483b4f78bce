package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * The mean over samples on an even grid in each part of a region, each interpolated between the
 * four pixels around it; or, as ONNX and ONNX Runtime define it, the maximum of the four pixels of
 * all samples, each times its weight in the interpolation. Samples more than a pixel outside the
 * image are 0. Computed in float64, rounded once.
 */
final class ReferenceRoiAlign {
  private final Op.RoiAlign op;
  private final Shape shape;
  private final double[] x;

  private ReferenceRoiAlign(Op.RoiAlign op, Shape shape, double[] x) {
    this.op = op;
    this.shape = shape;
    this.x = x;
  }

  /** Samples along one axis of a part: the first, their distance, their number. */
  private record Samples(double first, double step, int count) {
    static Samples part(int i, int parts, double start, double end, Op.RoiAlign op) {
      double length = op.halfPixel() ? end - start : Math.max(end - start, 1);
      double bin = length / parts;
      int count = op.samples() > 0 ? op.samples() : Math.max(0, (int) Math.ceil(bin));
      double step = bin / count;
      return new Samples(start + i * bin + step / 2, step, count);
    }

    double at(int i) {
      return first + i * step;
    }

    /** The first sample that is not more than a pixel outside the image, where they enter it. */
    int from(int size) {
      return (int) Math.clamp(Math.floor(((step < 0 ? size : -1) - first) / step), 0, count);
    }

    /** One behind the last sample that is not more than a pixel outside, where they leave it. */
    int to(int size) {
      return (int) Math.clamp(Math.ceil(((step < 0 ? -1 : size) - first) / step) + 1, 0, count);
    }
  }

  static Executable bind(Op.RoiAlign op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor rois = binding.tensor(step.input(1));
    Tensor images = binding.tensor(step.input(2));
    Tensor y = binding.tensor(step.output());
    return parallel -> {
      ReferenceRoiAlign kernel = new ReferenceRoiAlign(op, x.shape(), Values.doubles(x));
      double[] regions = Values.doubles(rois);
      long[] image = Values.longs(images);
      double[] results = new double[y.shape().elements()];
      int channels = x.shape().dim(1);
      int parts = op.height() * op.width();
      for (int i = 0; i < results.length; i++) {
        int region = i / parts / channels;
        int n = ReferenceGather.check(image[region], x.shape().dim(0), step);
        int plane = n * channels + i / parts % channels;
        results[i] = kernel.part(regions, region * 4, i % parts, plane);
      }
      Values.store(y, results);
    };
  }

  private double part(double[] regions, int region, int part, int plane) {
    double shift = op.halfPixel() ? 0.5 : 0;
    double[] edges = new double[4];
    for (int edge = 0; edge < 4; edge++) {
      edges[edge] = regions[region + edge] * op.scale() - shift;
    }
    Samples across = Samples.part(part % op.width(), op.width(), edges[0], edges[2], op);
    Samples down = Samples.part(part / op.width(), op.height(), edges[1], edges[3], op);
    double sum = 0;
    int top = down.from(shape.dim(2));
    int bottom = down.to(shape.dim(2));
    int left = across.from(shape.dim(3));
    int right = across.to(shape.dim(3));
    long count = (long) down.count() * across.count();
    boolean all = (long) (bottom - top) * (right - left) == count && count > 0;
    double max = all ? Double.NEGATIVE_INFINITY : 0;
    for (int row = top; row < bottom; row++) {
      for (int column = left; column < right; column++) {
        double value = sample(plane, down.at(row), across.at(column));
        sum += value;
        max = Math.max(max, value);
      }
    }
    return op.max() ? max : sum / Math.max(count, 1);
  }

  /** The sum, or the maximum, of the pixels around a position times their weights. */
  private double sample(int plane, double row, double column) {
    int height = shape.dim(2);
    int width = shape.dim(3);
    boolean empty = height == 0 || width == 0;
    if (empty || !(row >= -1 && row <= height && column >= -1 && column <= width)) {
      return 0;
    }
    double r = Math.clamp(row, 0, height - 1);
    double c = Math.clamp(column, 0, width - 1);
    int top = (int) r;
    int left = (int) c;
    double down = r - top;
    double right = c - left;
    int from = (plane * height + top) * width + left;
    int below = top == height - 1 ? from : from + width;
    int next = left == width - 1 ? 0 : 1;
    double[] parts = {
      (1 - down) * (1 - right) * x[from],
      (1 - down) * right * x[from + next],
      down * (1 - right) * x[below],
      down * right * x[below + next]
    };
    return op.max()
        ? Math.max(Math.max(parts[0], parts[1]), Math.max(parts[2], parts[3]))
        : parts[0] + parts[1] + parts[2] + parts[3];
  }
}
