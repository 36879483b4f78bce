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
    /** Floats, exact for a range of terms, after which they are added to {@link WideSums}. */
    FLOAT_RANGES,
    /** Twice the sums: see {@link TileKind}. */
    INTEGERS,
    /** Twice the sums: integers for a range of terms, then added to {@link WideSums}. */
    INTEGER_RANGES,
    /** Doubles, those of even lanes first; see {@link WideSums}. */
    DOUBLES
  }

  /** Bits of sums that float32 holds. */
  static final int FLOAT_BITS = 24;

  /** Bits of sums that doubles hold. */
  static final int DOUBLE_BITS = 53;

  /** Terms for which the largest sum is sought, so that sums are widened seldom. */
  private static final int[] RANGES = {320, 160, 80, 40, 28, 20, 10, 6, 3};

  /** In shorter ranges, sums of integers are faster than those of floats that are widened. */
  private static final int SHORTEST_OF_FLOATS = 20;

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
   * @param bits of the largest product
   * @param largest magnitude of a sum
   * @param largestOfRange magnitude of a sum of so many adjacent terms as each range has
   */
  static SumForm exact(int bits, double largest, double[] largestOfRange) {
    if (largest <= Math.scalb(1.0, FLOAT_BITS)) {
      return FLOATS;
    }
    int ofFloats = longestRange(largestOfRange, Math.scalb(1.0, FLOAT_BITS));
    if (ofFloats >= SHORTEST_OF_FLOATS) {
      return new SumForm(Kind.FLOAT_RANGES, ofFloats);
    }
    if (bits > TileKind.MOST_BITS) {
      return new SumForm(Kind.DOUBLES, Integer.MAX_VALUE);
    }
    if (2 * largest <= Integer.MAX_VALUE) {
      return new SumForm(Kind.INTEGERS, Integer.MAX_VALUE);
    }
    return new SumForm(Kind.INTEGER_RANGES, longestRange(largestOfRange, Integer.MAX_VALUE / 2.0));
  }

  /**
   * The form of exact sums over a block, which are widened nowhere.
   *
   * @param bits of the largest product
   * @param sumBits of the largest sum
   */
  static SumForm ofBlock(int bits, int sumBits) {
    return sumBits <= FLOAT_BITS
        ? FLOATS
        : new SumForm(
            bits <= TileKind.MOST_BITS && sumBits < Integer.SIZE - 1 ? Kind.INTEGERS : Kind.DOUBLES,
            Integer.MAX_VALUE);
  }

  /**
   * The kind that exact sums most likely have, as long as weights are not known.
   *
   * @param bits of the largest product
   * @param sumBits of the largest sum
   * @param constant whether the second operand is, so that few of its codes are the largest
   */
  static Kind expected(int bits, int sumBits, boolean constant) {
    if (sumBits <= FLOAT_BITS) {
      return Kind.FLOATS;
    }
    if (bits <= (constant ? FLOAT_BITS - 3 : FLOAT_BITS - 5)) {
      return Kind.FLOAT_RANGES;
    }
    return bits <= TileKind.MOST_BITS ? Kind.INTEGER_RANGES : Kind.DOUBLES;
  }

  /** Terms of the longest range whose sums are no larger than {@code most}; 0 if there is none. */
  private static int longestRange(double[] largestOfRange, double most) {
    for (int i = 0; i < RANGES.length; i++) {
      if (largestOfRange[i] <= most) {
        return RANGES[i];
      }
    }
    return 0;
  }

  /** Whether products are added as integers. */
  boolean isInteger() {
    return kind == Kind.INTEGERS || kind == Kind.INTEGER_RANGES;
  }

  /** Whether sums of a range are added to {@link WideSums}. */
  boolean isWide() {
    return kind == Kind.INTEGER_RANGES || kind == Kind.FLOAT_RANGES;
  }
}
