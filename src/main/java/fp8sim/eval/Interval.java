package fp8sim.eval;

import com.google.gson.JsonArray;

/** A confidence interval: of a share, both ends in [0, 1], or of another number. */
public record Interval(double low, double high) {
  /** The 97.5 % quantile of the standard normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * The 95 % score interval of a share of {@code hits} in {@code trials} (E. B. Wilson, JASA 22,
   * 1927).
   *
   * @param trials at least 1
   */
  public static Interval wilson95(long hits, long trials) {
    double share = (double) hits / trials;
    double spread = Z * Z / trials;
    double centre = (share + spread / 2) / (1 + spread);
    double half = Z / (1 + spread) * Math.sqrt(share * (1 - share) / trials + spread / trials / 4);
    // Rounding must not put the share itself outside.
    double low = Math.clamp(centre - half, 0, share);
    return new Interval(low, Math.clamp(centre + half, share, 1));
  }

  /** Whether both ends are numbers. */
  boolean isFinite() {
    return Double.isFinite(low) && Double.isFinite(high);
  }

  /** Both ends, for machine-readable results. */
  public JsonArray toJson() {
    JsonArray ends = new JsonArray();
    ends.add(low);
    ends.add(high);
    return ends;
  }
}
