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
public record ValueRange(float min, float max, float maxval) {
  public ValueRange {
    boolean isFinite = Float.isFinite(min) && Float.isFinite(max) && Float.isFinite(maxval);
    if (!isFinite || min > max || maxval < 0) {
      throw new IllegalArgumentException("not a range: " + min + " to " + max + ", " + maxval);
    }
  }

  /** The range from {@code min} to {@code max}. */
  public static ValueRange of(float min, float max) {
    return new ValueRange(min, max, Math.max(Math.abs(min), Math.abs(max)));
  }

  /** The smallest range that holds both. */
  public ValueRange union(ValueRange other) {
    return of(Math.min(min, other.min), Math.max(max, other.max));
  }

  /** This range limited to {@code [-limit, limit]}, with that {@code maxval}. */
  public ValueRange limited(float limit) {
    float low = Math.clamp(min, -limit, limit);
    return new ValueRange(low, Math.clamp(max, low, limit), limit);
  }
}
