package fp8sim.kernel;

/**
 * The order in which normalizations, softmax, means and other reductions over many elements add
 * float32 numbers, chosen so that vector units of up to 16 lanes do it at full width: element i is
 * added to partial sum {@code i mod 16}, each of which starts at +0; then partial sum j + 8 is
 * added to j for j = 0..7, j + 4 to j for j = 0..3, j + 2 to j, and 1 to 0.
 */
public final class LaneSum {
  public static final int LANES = 16;

  private final float[] partial = new float[LANES];
  private int next;

  /** Forgets everything added so far. */
  public void reset() {
    java.util.Arrays.fill(partial, 0f);
    next = 0;
  }

  public void add(float value) {
    partial[next] += value;
    next = (next + 1) & (LANES - 1);
  }

  /** The sum of all values added since {@link #reset}. */
  public float sum() {
    return fold(partial.clone());
  }

  /** Adds 16 partial sums in the order above; {@code partial} is overwritten. */
  public static float fold(float[] partial) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        partial[j] += partial[j + half];
      }
    }
    return partial[0];
  }
}
