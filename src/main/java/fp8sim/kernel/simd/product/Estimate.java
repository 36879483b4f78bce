package fp8sim.kernel.simd.product;

/**
 * What a way costs.
 *
 * @param nanoseconds on one core, by a simple count of work; infinite if the way is not possible
 * @param reason what decides it, in a few words
 */
public record Estimate(double nanoseconds, String reason) {
  public static Estimate of(double nanoseconds, String reason) {
    return new Estimate(nanoseconds, reason);
  }

  public static Estimate impossible(String reason) {
    return new Estimate(Double.POSITIVE_INFINITY, reason);
  }

  public boolean isPossible() {
    return nanoseconds < Double.POSITIVE_INFINITY;
  }
}
