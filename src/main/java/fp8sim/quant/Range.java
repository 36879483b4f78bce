package fp8sim.quant;

/**
 * The range that one quantizer covers; all finite, up to the largest float32 number, so that its
 * width may lie above.
 *
 * @param min smallest value
 * @param max largest value, not below min
 * @param maxval what minifloats are fitted to: {@code max(|min|, |max|)}, except where an estimator
 *     found a better one
 */
public record Range(float min, float max, float maxval) {
  public Range {
    boolean isFinite = Float.isFinite(min) && Float.isFinite(max) && Float.isFinite(maxval);
    if (!isFinite || min > max || maxval < 0) {
      throw new IllegalArgumentException("not a range: " + min + " to " + max + ", " + maxval);
    }
  }

  /** The range from {@code min} to {@code max}. */
  public static Range of(float min, float max) {
    return new Range(min, max, Math.max(Math.abs(min), Math.abs(max)));
  }

  /** The smallest range that holds both. */
  public Range union(Range other) {
    return of(Math.min(min, other.min), Math.max(max, other.max));
  }

  /** This range limited to {@code [-limit, limit]}, with that {@code maxval}. */
  public Range limited(float limit) {
    float low = Math.clamp(min, -limit, limit);
    return new Range(low, Math.clamp(max, low, limit), limit);
  }
}
