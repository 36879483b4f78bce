package fp8sim.format;

/** Which codes of a {@link FloatFormat} are not finite numbers. */
public enum Specials {
  /** Every code is a finite number. */
  NONE,
  /** The largest exponent field holds Inf (fraction 0) and NaN, as in IEEE 754. */
  IEEE,
  /** Only the code with all magnitude bits set is NaN; no Inf (OCP OFP8 E4M3). */
  NAN_ALL_ONES,
  /**
   * The code of negative zero is the only NaN; no Inf, no negative zero (ONNX's FNUZ types, IEEE
   * P3109's signed formats of finite numbers).
   */
  NAN_NEGATIVE_ZERO,
  /**
   * The code of negative zero is the only NaN, the largest magnitude code is Inf (IEEE P3109's
   * signed extended formats).
   */
  NAN_NEGATIVE_ZERO_AND_INF,
  /**
   * The largest magnitude code is NaN, the one below it Inf (IEEE P3109's unsigned extended
   * formats).
   */
  NAN_ALL_ONES_AND_INF;

  /** Whether the code of negative zero is NaN, so that zero has no sign. */
  public boolean isNegativeZeroNaN() {
    return this == NAN_NEGATIVE_ZERO || this == NAN_NEGATIVE_ZERO_AND_INF;
  }

  /** Whether there is an infinity: then it is the code above the largest finite magnitude. */
  boolean hasInfinity() {
    return this == IEEE || this == NAN_NEGATIVE_ZERO_AND_INF || this == NAN_ALL_ONES_AND_INF;
  }
}
