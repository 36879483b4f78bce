package fp8sim.kernel.simd.sequential;

import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import fp8sim.plan.DistinctTables;

/**
 * What all products of a step have in common.
 *
 * @param units of which all are multiples
 * @param significantBits from the highest to the lowest bit of the longest product
 * @param largest magnitude
 * @param floatExact whether float32 represents all of them
 */
record ProductFacts(ProductUnits units, int significantBits, double largest, boolean floatExact) {
  private static final long FRACTION = (1L << 52) - 1;
  private static final int DOUBLE_BITS = 53;

  static ProductFacts of(DistinctTables tables) {
    int bits = 0;
    double largest = 0;
    boolean exact = true;
    for (ProductTable table : tables.distinct()) {
      for (int a = 0; a < 1 << table.bitsA(); a++) {
        for (int w = 0; w < 1 << table.bitsW(); w++) {
          double product = table.of(a, w);
          bits = Math.max(bits, significantBits(product));
          largest = Math.max(largest, Math.abs(product));
          exact &= (float) product == product;
        }
      }
    }
    return new ProductFacts(tables.units(), bits, largest, exact);
  }

  private static int significantBits(double product) {
    long fraction = Double.doubleToRawLongBits(product) & FRACTION;
    return product == 0
        ? 0
        : DOUBLE_BITS - Math.min(Long.numberOfTrailingZeros(fraction), DOUBLE_BITS - 1);
  }

  /** Whether all products times a power of two are float32 numbers. */
  boolean fitsScaled(int exponent) {
    return floatExact
        && Math.scalb(largest, exponent) <= Float.MAX_VALUE
        && (largest == 0 || units.exponent() + exponent >= Float.MIN_EXPONENT - 23);
  }
}
