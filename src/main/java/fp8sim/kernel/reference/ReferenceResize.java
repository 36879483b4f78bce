package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Resampling, one axis after the other, the last first; each result is the sum of weight times
 * element from +0 in index order, in float32 (float64 for doubles). Integers are truncated.
 */
final class ReferenceResize {
  private final Op.Resize op;
  private final Tensor x;
  private final @Nullable Tensor roi;
  private final @Nullable Tensor scales;
  private final @Nullable Tensor sizes;
  private final Tensor y;

  private ReferenceResize(Step step, Binding binding) {
    op = (Op.Resize) step.op();
    x = binding.tensor(step.input(0));
    roi = given(binding.optional(step.optionalInput(1)));
    scales = given(binding.optional(step.optionalInput(2)));
    sizes = given(binding.optional(step.optionalInput(3)));
    y = binding.tensor(step.output());
  }

  /** Exporters give an empty tensor for an absent one. */
  private static @Nullable Tensor given(@Nullable Tensor tensor) {
    return tensor == null || tensor.shape().elements() == 0 ? null : tensor;
  }

  static Executable bind(Step step, Binding binding) {
    ReferenceResize resize = new ReferenceResize(step, binding);
    return parallel -> resize.run();
  }

  private void run() {
    List<ResizeAxis> axes = axes();
    if (op.interpolation().mode() == Op.Resize.Mode.NEAREST) {
      nearest(axes);
      return;
    }
    Arithmetic arithmetic = Arithmetic.of(x.type());
    double[] values = Values.doubles(x);
    Shape shape = x.shape();
    for (int axis = axes.size() - 1; axis >= 0; axis--) {
      if (!axes.get(axis).isIdentity()) {
        values = interpolate(values, shape, axis, axes.get(axis), arithmetic);
        shape = shape.with(axis, y.shape().dim(axis));
      }
    }
    store(y, values);
  }

  private List<ResizeAxis> axes() {
    int rank = x.shape().rank();
    int[] resized =
        op.axes().isEmpty()
            ? IntStream.range(0, rank).toArray()
            : op.axes().stream().mapToInt(axis -> Axes.fromFront(axis, rank)).toArray();
    float[] factors = factors(resized);
    float[] region = roi == null ? null : Values.floats(roi);
    List<ResizeAxis> axes = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      axes.add(new ResizeAxis(op, x.shape().dim(axis), y.shape().dim(axis), 1f, 0f, 1f));
    }
    for (int i = 0; i < resized.length; i++) {
      float start = region == null ? 0f : region[i];
      float end = region == null ? 1f : region[resized.length + i];
      int input = x.shape().dim(resized[i]);
      int output = y.shape().dim(resized[i]);
      axes.set(resized[i], new ResizeAxis(op, input, output, factors[i], start, end));
    }
    return axes;
  }

  /** Scale of each resized axis; one for all if the aspect ratio is kept. */
  private float[] factors(int[] resized) {
    if (scales != null) {
      return Values.floats(scales);
    }
    int[] target = sizes == null ? y.shape().dims() : Values.ints(sizes);
    float[] factors = new float[resized.length];
    float smallest = Float.POSITIVE_INFINITY;
    float largest = 0f;
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) target[i] / x.shape().dim(resized[i]);
      smallest = Math.min(smallest, factors[i]);
      largest = Math.max(largest, factors[i]);
    }
    if (op.aspectRatio() != Op.Resize.AspectRatio.STRETCH) {
      boolean within = op.aspectRatio() == Op.Resize.AspectRatio.NOT_LARGER;
      Arrays.fill(factors, within ? smallest : largest);
    }
    return factors;
  }

  private void nearest(List<ResizeAxis> axes) {
    int[][] indices = new int[axes.size()][];
    for (int axis = 0; axis < indices.length; axis++) {
      ResizeAxis resized = axes.get(axis);
      indices[axis] =
          IntStream.range(0, resized.output())
              .map(i -> resized.isIdentity() ? i : resized.nearest(i))
              .toArray();
    }
    Tensor outside = Tensor.zeros(x.type(), Shape.SCALAR);
    store(outside, new double[] {op.extrapolationValue()});
    Elements.gather(x, Strides.grid(indices, x.shape().strides()), outside, y);
  }

  private double[] interpolate(
      double[] values, Shape shape, int axis, ResizeAxis resized, Arithmetic a) {
    int inner = shape.elements(axis + 1, shape.rank());
    int input = resized.input();
    int output = resized.output();
    ResizeAxis.Taps[] taps = new ResizeAxis.Taps[output];
    Arrays.setAll(taps, resized::taps);
    double[] result = new double[values.length / input * output];
    for (int i = 0; i < result.length; i++) {
      int first = i / inner / output * input * inner + i % inner;
      ResizeAxis.Taps tap = taps[i / inner % output];
      double sum = tap.indices().length == 0 ? op.extrapolationValue() : 0;
      for (int k = 0; k < tap.indices().length; k++) {
        double value = values[first + tap.indices()[k] * inner];
        sum = a.add(sum, a.multiply(tap.weights()[k], value));
      }
      result[i] = sum;
    }
    return result;
  }

  private static void store(Tensor target, double[] values) {
    if (target.type().isFloating()) {
      Values.store(target, values);
      return;
    }
    long[] integers = new long[values.length];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (long) values[i];
    }
    Values.store(target, integers);
  }
}
