package fp8sim.multiplier;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;

/**
 * Products as integers: each one is a multiple of {@code 2^exponent}, and its magnitude is at most
 * {@code 2^bits - 1} of these units. Sums of such integers are exact in any order.
 */
public record ProductUnits(int exponent, int bits) {
  private static final int LONG_BITS = 63;
  private static final int WIDEST_BITS = 127;

  /** The units of products with a lowest bit and a largest magnitude. */
  public static ProductUnits of(int exponent, double largest) {
    int bits = largest == 0 ? 0 : Math.getExponent(largest) + 1 - exponent;
    return new ProductUnits(exponent, Math.max(bits, 0));
  }

  /** Units that hold the products of both. */
  public ProductUnits union(ProductUnits other) {
    if (bits == 0 || other.bits == 0) {
      return bits == 0 ? other : this;
    }
    int low = Math.min(exponent, other.exponent);
    int high = Math.max(exponent + bits, other.exponent + other.bits);
    return new ProductUnits(low, high - low);
  }

  /** A power of two that no magnitude reaches. */
  double bound() {
    return bits == 0 ? 0 : Math.scalb(1.0, exponent + bits);
  }

  /** Bits of the magnitude of a sum, the sign not counted. */
  public int sumBits(long terms) {
    return bits + Long.SIZE - Long.numberOfLeadingZeros(Math.max(terms, 1) - 1);
  }

  /** Whether every sum fits a {@code long}. */
  public boolean sumFitsLong(long terms) {
    return sumBits(terms) <= LONG_BITS;
  }

  /**
   * Checks that exact sums fit 128 bits.
   *
   * @param what the layer, for the message
   */
  public void requireExactSum(long terms, String what) {
    if (sumBits(terms) > WIDEST_BITS) {
      throw Fp8simException.usage(
          ("%s: an exact sum of %d products needs %d bits, more than 128; use %s, or formats with"
                  + " fewer exponent bits, or %s")
              .formatted(
                  what,
                  terms,
                  sumBits(terms) + 1,
                  UserOption.ACCUMULATOR.with("fp32"),
                  UserOption.ROUND_PRODUCTS));
    }
  }
}
