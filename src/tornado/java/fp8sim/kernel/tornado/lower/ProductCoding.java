package fp8sim.kernel.tornado.lower;

import fp8sim.kernel.tornado.device.DeviceProducts;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductTable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the codes of two operands are prepared for one of the modes of {@link DeviceProducts}, and
 * the table that goes with it.
 *
 * @param first what each code of the first operand becomes
 * @param second what each code of the second operand becomes
 * @param padding what padding of the first operand becomes: its products are zero
 */
record ProductCoding(int mode, int[] first, int[] second, int padding, int[] table) {

  /**
   * The fastest coding of a table of products.
   *
   * @param exponent products are multiples of {@code 2^exponent}
   */
  static ProductCoding of(ProductTable products, Grid a, Grid w, int exponent) {
    if (a instanceof FloatGrid first && w instanceof FloatGrid second) {
      ProductCoding factored = factored(products, first, second, exponent);
      if (factored != null && factored.isRight(products, a, w, exponent)) {
        return factored;
      }
      ProductCoding coded = coded(products, first, second, exponent);
      if (coded != null && coded.isRight(products, a, w, exponent)) {
        return coded;
      }
    }
    return general(products, exponent);
  }

  private static long units(ProductTable products, int a, int w, int exponent) {
    return (long) Math.scalb(products.of(a, w), -exponent);
  }

  /** Whether every pair of finite codes gives its product. */
  private boolean isRight(ProductTable products, Grid a, Grid w, int exponent) {
    for (int i = 0; i < first.length; i++) {
      for (int j = 0; j < second.length; j++) {
        if (a.isFinite(i)
            && w.isFinite(j)
            && product(first[i] + second[j]) != units(products, i, j, exponent)) {
          return false;
        }
      }
    }
    return true;
  }

  private long product(int sum) {
    return mode == DeviceProducts.FACTORED
        ? (long) table[DeviceProducts.index(sum)] << DeviceProducts.shift(sum)
        : table[DeviceProducts.decoded(table[DeviceProducts.word(sum)], sum)];
  }

  private static int magnitude(FloatGrid grid, int code) {
    return code & ((1 << grid.format().magnitudeBits()) - 1);
  }

  private static int sign(FloatGrid grid, int code) {
    return grid.format().signed() ? code >> grid.format().magnitudeBits() : 0;
  }

  /** The index of a significand: codes with exponents 0 and 1 are their own. */
  private static int significand(FloatGrid grid, int magnitude) {
    int leading = 1 << grid.format().mantissaBits();
    return magnitude < leading ? magnitude : leading + (magnitude & (leading - 1));
  }

  private static int shift(FloatGrid grid, int magnitude) {
    return Math.max((magnitude >> grid.format().mantissaBits()) - 1, 0);
  }

  private static @Nullable ProductCoding factored(
      ProductTable products, FloatGrid a, FloatGrid w, int exponent) {
    int rows = 2 << a.format().mantissaBits();
    int columns = 2 << w.format().mantissaBits();
    int size = (rows + 1) * columns;
    if (3 * size > DeviceProducts.LOCAL_WORDS
        || a.format().exponentBits() == 0
        || w.format().exponentBits() == 0) {
      return null;
    }
    int[] table = new int[3 * size];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        long product = units(products, i, j, exponent);
        if (Math.abs(product) > Integer.MAX_VALUE) {
          return null;
        }
        table[i * columns + j] = (int) product;
        table[size + i * columns + j] = (int) -product;
        table[2 * size + i * columns + j] = (int) product;
      }
    }
    int[] first = new int[1 << products.bitsA()];
    int[] second = new int[1 << products.bitsW()];
    for (int code = 0; code < first.length; code++) {
      int m = magnitude(a, code);
      first[code] =
          significand(a, m) * columns
              + sign(a, code) * size
              + (shift(a, m) << DeviceProducts.SHIFT);
    }
    for (int code = 0; code < second.length; code++) {
      int m = magnitude(w, code);
      second[code] =
          significand(w, m) + sign(w, code) * size + (shift(w, m) << DeviceProducts.SHIFT);
    }
    return new ProductCoding(DeviceProducts.FACTORED, first, second, rows * columns, table);
  }

  private static @Nullable ProductCoding coded(
      ProductTable products, FloatGrid a, FloatGrid w, int exponent) {
    int most = DeviceProducts.CODED_MAGNITUDES;
    int rows = 1 << a.format().magnitudeBits();
    int columns = 1 << w.format().magnitudeBits();
    if (rows > most || columns > most) {
      return null;
    }
    int[] table = new int[DeviceProducts.LOCAL_WORDS];
    Map<Long, Integer> codes = new HashMap<>();
    codes.put(0L, 0);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        long product = units(products, i, j, exponent);
        int code = codes.computeIfAbsent(product, p -> codes.size());
        if (code >= DeviceProducts.PRODUCT_CODES || Math.abs(product) > Integer.MAX_VALUE) {
          return null;
        }
        int index = i * most + j;
        table[index >> 2] |= code << ((index & 3) * Byte.SIZE);
        table[DeviceProducts.CODED_WORDS + code] = (int) product;
        table[DeviceProducts.CODED_WORDS + DeviceProducts.PRODUCT_CODES + code] = (int) -product;
      }
    }
    int[] first = new int[1 << products.bitsA()];
    int[] second = new int[1 << products.bitsW()];
    for (int code = 0; code < first.length; code++) {
      first[code] = magnitude(a, code) * most + (sign(a, code) << DeviceProducts.SIGN);
    }
    for (int code = 0; code < second.length; code++) {
      second[code] = magnitude(w, code) + (sign(w, code) << DeviceProducts.SIGN);
    }
    return new ProductCoding(DeviceProducts.CODED, first, second, most * most, table);
  }

  /** Any products, from global memory. */
  static ProductCoding general(ProductTable products, int exponent) {
    int rows = 1 << products.bitsA();
    int columns = 1 << products.bitsW();
    int[] table = new int[2 * (rows + 1) * columns];
    int[] first = new int[rows];
    int[] second = new int[columns];
    for (int i = 0; i < rows; i++) {
      first[i] = i * columns;
      for (int j = 0; j < columns; j++) {
        long product = units(products, i, j, exponent);
        table[2 * (i * columns + j)] = (int) (product >> Integer.SIZE);
        table[2 * (i * columns + j) + 1] = (int) product;
        second[j] = j;
      }
    }
    return new ProductCoding(DeviceProducts.GENERAL, first, second, rows * columns, table);
  }

  /** Numbers of the table that lie in local memory. */
  int localWords() {
    return mode == DeviceProducts.GENERAL ? 0 : table.length;
  }
}
