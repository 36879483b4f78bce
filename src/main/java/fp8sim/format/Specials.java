package fp8sim.format;

/** Which codes of a {@link FloatFormat} are not finite numbers. */
public enum Specials {
  /** Every code is a finite number. */
  NONE,
  /** The largest exponent field holds Inf (fraction 0) and NaN, as in IEEE 754. */
  IEEE,
  /** Only the code with all magnitude bits set is NaN; no Inf (OCP OFP8 E4M3). */
  NAN_ALL_ONES,
  /** The code of negative zero is the only NaN; no Inf, no negative zero (ONNX's FNUZ types). */
  NAN_NEGATIVE_ZERO
}
