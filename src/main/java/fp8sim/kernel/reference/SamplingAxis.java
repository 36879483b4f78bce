package fp8sim.kernel.reference;

import fp8sim.graph.Op;

/**
 * Where GridSample reads along one axis for a coordinate, and with which weights: {@code
 * indices[i]} is -1 where it reads a zero.
 */
record SamplingAxis(int[] indices, double[] weights) {
  /** The constant of the cubic kernel, as PyTorch's. */
  private static final double CUBIC = -0.75;

  /**
   * The taps of a coordinate.
   *
   * @param coordinate in pixels, 0 being the center of the first
   * @param size of the axis, at least 1
   */
  static SamplingAxis of(Op.GridSample op, double coordinate, int size) {
    double at = op.mode() == Op.Resize.Mode.NEAREST ? Math.rint(coordinate) : coordinate;
    double low = op.alignCorners() ? 0 : -0.5;
    double high = op.alignCorners() ? size - 1 : size - 0.5;
    double[] weights = weights(op.mode(), at - Math.floor(at));
    long first = (long) Math.floor(at) - (weights.length == 4 ? 1 : 0);
    int[] indices = new int[weights.length];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = index(op.padding(), first + i, low, high, size);
    }
    return new SamplingAxis(indices, weights);
  }

  private static int index(
      Op.GridSample.Padding padding, long index, double low, double high, int size) {
    return switch (padding) {
      case ZEROS -> index < 0 || index >= size ? -1 : (int) index;
      case BORDER -> Math.clamp(index, 0, size - 1);
      case REFLECTION -> Math.clamp((long) reflect((double) index, low, high), 0, size - 1);
    };
  }

  /** Folds a position back into the range as often as it takes. */
  private static double reflect(double x, double low, double high) {
    double range = high - low;
    if (range == 0 || (x >= low && x <= high)) {
      return range == 0 ? low : x;
    }
    double beyond = x < low ? low - x : x - high;
    double turns = Math.floor(beyond / range);
    double rest = beyond - turns * range;
    boolean fromLow = x < low == (turns % 2 == 0);
    return fromLow ? low + rest : high - rest;
  }

  /** The weights of the elements around a position, by its distance from the one before it. */
  private static double[] weights(Op.Resize.Mode mode, double t) {
    return switch (mode) {
      case NEAREST -> new double[] {1};
      case LINEAR -> new double[] {1 - t, t};
      case CUBIC -> new double[] {outer(1 + t), inner(t), inner(1 - t), outer(2 - t)};
    };
  }

  private static double inner(double t) {
    return ((CUBIC + 2) * t - (CUBIC + 3)) * t * t + 1;
  }

  private static double outer(double t) {
    return ((CUBIC * t - 5 * CUBIC) * t + 8 * CUBIC) * t - 4 * CUBIC;
  }
}
