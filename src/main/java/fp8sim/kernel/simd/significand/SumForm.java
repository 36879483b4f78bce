package fp8sim.kernel.simd.significand;

/**
 * What sums are until their last term is added.
 *
 * @param kind what they are
 * @param mostTerms so many products are added at once
 */
record SumForm(Kind kind, int mostTerms) {
  /** Kinds of sums. */
  enum Kind {
    FLOATS,
    /** Twice the sums: see {@link TileKind}. */
    INTEGERS,
    /** Twice the sums; see {@link WideSums}. */
    DOUBLES
  }

  /** Bits of sums that float32 holds. */
  static final int FLOAT_BITS = 24;

  /** Terms for which the largest sum is sought, so that integers are widened seldom. */
  private static final int[] RANGES = {320, 160, 80, 40, 20, 10, 6, 3};

  static final SumForm FLOATS = new SumForm(Kind.FLOATS, Integer.MAX_VALUE);

  /** How many ranges are tried. */
  static int ranges() {
    return RANGES.length;
  }

  /** Terms of a range, of which the first is the longest. */
  static int range(int index) {
    return RANGES[index];
  }

  /**
   * The form of exact sums.
   *
   * @param largest magnitude of a sum
   * @param largestOfRange magnitude of a sum of so many adjacent terms as each range has
   */
  static SumForm exact(double largest, double[] largestOfRange) {
    if (largest <= Math.scalb(1.0, FLOAT_BITS)) {
      return FLOATS;
    }
    if (2 * largest <= Integer.MAX_VALUE) {
      return new SumForm(Kind.INTEGERS, Integer.MAX_VALUE);
    }
    for (int i = 0; i < RANGES.length; i++) {
      if (2 * largestOfRange[i] <= Integer.MAX_VALUE) {
        return new SumForm(Kind.DOUBLES, RANGES[i]);
      }
    }
    throw new IllegalStateException("products of more than %d bits".formatted(TileKind.MOST_BITS));
  }

  boolean isExact() {
    return kind != Kind.FLOATS;
  }
}
