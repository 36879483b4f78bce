package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.graph.Op.Resize.CoordinateMode;

/**
 * Resize along one axis, as ONNX's operator description and its reference implementation define it.
 *
 * @param input size of the axis before
 * @param output size after
 * @param scale output elements per input element
 * @param roiStart used by {@code tf_crop_and_resize}, as a part of the axis; {@code roiEnd} too
 */
record ResizeAxis(Op.Resize op, int input, int output, float scale, float roiStart, float roiEnd) {

  /**
   * What contributes to one output element.
   *
   * @param indices into the input axis; empty outside the region of {@code tf_crop_and_resize}
   * @param weights one per index
   */
  record Taps(int[] indices, float[] weights) {}

  /** Whether the output is the input. */
  boolean isIdentity() {
    return scale == 1f && input == output && op.coordinates() != CoordinateMode.TF_CROP_AND_RESIZE;
  }

  /** The position of output element {@code i} on the input axis. */
  float position(int i) {
    float length = scale * input;
    return switch (op.coordinates()) {
      case ASYMMETRIC -> i / scale;
      case HALF_PIXEL -> (i + 0.5f) / scale - 0.5f;
      case PYTORCH_HALF_PIXEL -> output > 1 ? (i + 0.5f) / scale - 0.5f : -0.5f;
      case TF_HALF_PIXEL_FOR_NN -> (i + 0.5f) / scale;
      case ALIGN_CORNERS -> output > 1 ? i * (float) (input - 1) / (length - 1f) : 0f;
      case HALF_PIXEL_SYMMETRIC -> {
        float offset = input / 2f * (1f - output / length);
        yield offset + (i + 0.5f) / scale - 0.5f;
      }
      case TF_CROP_AND_RESIZE -> {
        float extent = (roiEnd - roiStart) * (input - 1);
        yield output > 1
            ? roiStart * (input - 1) + i * extent / (output - 1)
            : 0.5f * (roiStart + roiEnd) * (input - 1);
      }
    };
  }

  private boolean isExtrapolated(float position) {
    return op.coordinates() == CoordinateMode.TF_CROP_AND_RESIZE
        && (position < 0f || position > input - 1);
  }

  /** The input index nearest to output element {@code i}; -1 if it is extrapolated. */
  int nearest(int i) {
    float position = position(i);
    if (isExtrapolated(position)) {
      return -1;
    }
    double rounded =
        switch (op.interpolation().nearest()) {
          case ROUND_PREFER_FLOOR -> Math.ceil(position - 0.5);
          case ROUND_PREFER_CEIL -> Math.floor(position + 0.5);
          case FLOOR -> Math.floor(position);
          case CEIL -> Math.ceil(position);
        };
    return Math.clamp((int) rounded, 0, input - 1);
  }

  /** The elements that are interpolated for output element {@code i}. */
  Taps taps(int i) {
    float position = position(i);
    if (isExtrapolated(position)) {
      return new Taps(new int[0], new float[0]);
    }
    float stretch = op.interpolation().antialias() ? Math.min(scale, 1f) : 1f;
    int reach = op.interpolation().mode() == Op.Resize.Mode.CUBIC ? 2 : 1;
    long floor = (long) Math.floor(position);
    int first = (int) Math.floor(-reach / stretch) + 1;
    int[] indices = new int[Math.subtractExact(2, Math.multiplyExact(2, first))];
    float[] weights = new float[indices.length];
    for (int k = 0; k < indices.length; k++) {
      long index = floor + first + k;
      boolean outside = index < 0 || index >= input;
      indices[k] = Math.clamp(index, 0, input - 1);
      weights[k] =
          outside && op.interpolation().excludeOutside()
              ? 0f
              : filter((index - position) * stretch);
    }
    if (op.interpolation().antialias() || op.interpolation().excludeOutside()) {
      normalize(weights);
    }
    return new Taps(indices, weights);
  }

  /** The triangle, or Keys' cubic convolution kernel. */
  private float filter(float distance) {
    float d = Math.abs(distance);
    if (op.interpolation().mode() == Op.Resize.Mode.LINEAR) {
      return Math.max(0f, 1f - d);
    }
    float a = op.interpolation().cubicCoefficient();
    if (d <= 1f) {
      return ((a + 2f) * d - (a + 3f)) * d * d + 1f;
    }
    return d < 2f ? ((a * d - 5f * a) * d + 8f * a) * d - 4f * a : 0f;
  }

  private static void normalize(float[] weights) {
    float sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
  }
}
