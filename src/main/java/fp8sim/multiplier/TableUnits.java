package fp8sim.multiplier;

/** Finds the units of given numbers. */
final class TableUnits {
  private TableUnits() {}

  /** The largest power of two that divides all values, and the width of the largest. */
  static ProductUnits of(double[] values) {
    int exponent = Integer.MAX_VALUE;
    double largest = 0;
    for (double value : values) {
      if (value != 0) {
        exponent = Math.min(exponent, lowestBit(value));
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest == 0 ? new ProductUnits(0, 0) : ProductUnits.of(exponent, largest);
  }

  /** As {@link #of(double[])}, of the products of all pairs of codes. */
  static ProductUnits of(BoundProduct product, int bitsA, int bitsW) {
    int exponent = Integer.MAX_VALUE;
    double largest = 0;
    for (int a = 0; a < 1 << bitsA; a++) {
      for (int w = 0; w < 1 << bitsW; w++) {
        double value = product.of(a, w);
        if (value != 0) {
          exponent = Math.min(exponent, lowestBit(value));
          largest = Math.max(largest, Math.abs(value));
        }
      }
    }
    return largest == 0 ? new ProductUnits(0, 0) : ProductUnits.of(exponent, largest);
  }

  /** Exponent of the lowest set bit of a non-zero normal double. */
  static int lowestBit(double value) {
    long significand = Double.doubleToRawLongBits(value) & 0x000F_FFFF_FFFF_FFFFL;
    int trailing = Math.min(Long.numberOfTrailingZeros(significand), 52);
    return Math.getExponent(value) - 52 + trailing;
  }
}
