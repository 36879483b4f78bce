package fp8sim.kernel.reference;

import java.lang.foreign.MemorySegment;

/**
 * Scores in front of a Softmax, with those apart that a mask has put so low that they cannot count:
 * {@code exp} of the distance to the row's largest is below 2^-64, so that even 2^40 of them add
 * less than half an ulp to a sum of at least 1; or, in rows that are masked altogether, below
 * -5000. Masks are -inf, the lowest float32 or float16, -1e9, -10000 or -100.
 */
final class MaskedScores {
  /** 64 log 2. */
  private static final float NEGLIGIBLE = 44.4f;

  /** No network has such scores, and all masks but those of about -100 are below. */
  private static final float LOWEST = -5000;

  private final float[] scores;
  private final boolean[] masked;

  private MaskedScores(float[] scores, boolean[] masked) {
    this.scores = scores;
    this.masked = masked;
  }

  /**
   * Finds the masked scores.
   *
   * @param length of a row
   */
  static MaskedScores of(float[] scores, int length) {
    boolean[] masked = new boolean[scores.length];
    for (int row = 0; row < scores.length; row += length) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = row; i < row + length; i++) {
        // NaN is no score: Math.max would let it win.
        largest = scores[i] > largest ? scores[i] : largest;
      }
      float limit = Math.max(largest - NEGLIGIBLE, LOWEST);
      for (int i = row; i < row + length; i++) {
        masked[i] = scores[i] < limit;
      }
    }
    return new MaskedScores(scores, masked);
  }

  /** The scores that are not masked. */
  MemorySegment unmasked() {
    float[] rest = new float[scores.length];
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (!masked[i]) {
        rest[count++] = scores[i];
      }
    }
    return MemorySegment.ofArray(rest).asSlice(0, (long) count * Float.BYTES);
  }

  /** All scores, 0 in place of masked ones. */
  float[] zeroed() {
    float[] zeroed = scores.clone();
    for (int i = 0; i < zeroed.length; i++) {
      zeroed[i] = masked[i] ? 0 : zeroed[i];
    }
    return zeroed;
  }

  /** Puts masked scores back among the others. */
  void restore(float[] others) {
    for (int i = 0; i < others.length; i++) {
      others[i] = masked[i] ? scores[i] : others[i];
    }
  }
}
