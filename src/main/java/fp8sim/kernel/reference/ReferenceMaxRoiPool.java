package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * The maximum over the pixels that each part of a region touches, 0 if there are none. Corners are
 * rounded to pixels, away from zero at ties.
 */
final class ReferenceMaxRoiPool {
  private ReferenceMaxRoiPool() {}

  /** Pixels along an axis: the first, and the one behind the last. */
  private record Span(int from, int to) {
    /** Part i of n of the pixels from {@code start} to {@code end}, both included. */
    static Span part(int i, int n, double start, double end, int size) {
      float bin = (float) Math.max(end - start + 1, 1) / n;
      double from = Math.floor(i * bin) + start;
      double to = Math.ceil((i + 1) * bin) + start;
      return new Span((int) Math.clamp(from, 0, size), (int) Math.clamp(to, 0, size));
    }
  }

  static Executable bind(Op.MaxRoiPool op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor rois = binding.tensor(step.input(1));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] regions = Values.doubles(rois);
      double[] results = new double[y.shape().elements()];
      for (int i = 0; i < results.length; i++) {
        int column = i % op.width();
        int row = i / op.width() % op.height();
        int channel = i / op.width() / op.height() % shape.dim(1);
        int region = i / op.width() / op.height() / shape.dim(1) * 5;
        double[] edges = new double[4];
        for (int edge = 0; edge < 4; edge++) {
          edges[edge] = round((float) regions[region + 1 + edge] * op.scale());
        }
        Span across = Span.part(column, op.width(), edges[0], edges[2], shape.dim(3));
        Span down = Span.part(row, op.height(), edges[1], edges[3], shape.dim(2));
        int image = ReferenceGather.check((long) regions[region], shape.dim(0), step);
        int plane = (image * shape.dim(1) + channel) * shape.elements(2, 4);
        results[i] = max(values, plane, shape.dim(3), down, across);
      }
      Values.store(y, results);
    };
  }

  private static double round(double x) {
    return Math.copySign(Math.floor(Math.abs(x) + 0.5), x);
  }

  private static double max(double[] x, int plane, int width, Span down, Span across) {
    if (down.from() >= down.to() || across.from() >= across.to()) {
      return 0;
    }
    double max = Double.NEGATIVE_INFINITY;
    for (int row = down.from(); row < down.to(); row++) {
      for (int column = across.from(); column < across.to(); column++) {
        max = Math.max(max, x[plane + row * width + column]);
      }
    }
    return max;
  }
}
