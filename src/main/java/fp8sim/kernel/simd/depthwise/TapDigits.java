package fp8sim.kernel.simd.depthwise;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Products as digits of base 64, each offset so that it is 0 to 63: a product is {@code (d0 - 32) +
 * 64 (d1 - 32) + ...}. For each row of products and each digit there are {@link #CODES} bytes.
 */
@InPhase(Phase.TABLES)
final class TapDigits {
  /** Codes of a table. */
  static final int CODES = 256;

  /** Most digits: so many fit an int with a sum of some products. */
  private static final int MOST = 4;

  private static final int BITS = 6;
  private static final int OFFSET = 32;

  private final int digits;
  private final MemorySegment memory;

  /** Tables of rows that have at most {@link #CODES} products. */
  TapDigits(TapProducts products, int digits) {
    this.digits = digits;
    int rows = products.rows().size();
    memory = NativeMemory.allocate(Arena.ofAuto(), (rows + 1L) * digits * CODES);
    for (int row = 0; row < rows; row++) {
      double[] values = products.rows().get(row);
      for (int code = 0; code < CODES; code++) {
        set(row, code, code < values.length ? (int) values[code] : 0);
      }
    }
    for (int code = 0; code < CODES; code++) {
      set(rows, code, 0);
    }
  }

  /** An even number of digits for products of either sign, or 0 if they are too large. */
  static int digits(double largest) {
    for (int digits = 2; digits <= MOST; digits += 2) {
      if (largest <= (63 - OFFSET) * ones(digits)) {
        return digits;
      }
    }
    return 0;
  }

  /** The number whose digits are 1. */
  private static long ones(int digits) {
    return ((1L << (BITS * digits)) - 1) / 63;
  }

  /** The number that is added to each product. */
  int offset() {
    return OFFSET * (int) ones(digits);
  }

  private void set(int row, int code, int product) {
    int left = product + offset();
    for (int digit = 0; digit < digits; digit++) {
      long at = address(row) + (long) digit * CODES + code;
      ALL.set(ValueLayout.JAVA_BYTE, at & ADDRESS, (byte) (left & 63));
      left >>= BITS;
    }
  }

  int digits() {
    return digits;
  }

  /** Where the tables of a row start. */
  long address(int row) {
    return memory.address() + (long) row * digits * CODES;
  }
}
