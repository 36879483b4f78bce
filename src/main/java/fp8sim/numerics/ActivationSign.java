package fp8sim.numerics;

/** Whether formats of activations may drop the sign bit. */
public enum ActivationSign {
  /** Every activation has a sign bit. */
  SIGNED,
  /** Where the calibrated minimum is not negative, the sign bit becomes an exponent bit. */
  AUTO
}
