package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.product.IntegerTables;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Products as {@code first * second}, each a float32 number: those of exact multipliers, of full
 * compensation, and of models that only change operands. Found in the products themselves.
 *
 * @param first for each code of the first operand
 * @param second for each of {@link IntegerTables} and each code of the second operand
 */
record RankOneFactors(float[] first, float[][] second) {
  private static final int FRACTION_BITS = 52;

  /** The factors, or null if there are none. */
  static @Nullable RankOneFactors of(IntegerTables tables) {
    double[] divisors = divisors(tables);
    double[][] second = new double[tables.count()][tables.codesW()];
    int row = longest(divisors);
    int pivotTable = -1;
    int pivot = -1;
    for (int t = 0; t < tables.count(); t++) {
      for (int w = 0; w < tables.codesW(); w++) {
        double product = tables.of(t, row, w);
        second[t][w] = divisors[row] == 0 ? 0 : product / divisors[row];
        if (product != 0) {
          pivotTable = t;
          pivot = w;
        }
      }
    }
    double[] first = new double[tables.codesA()];
    for (int a = 0; a < first.length && pivot >= 0; a++) {
      first[a] = tables.of(pivotTable, a, pivot) / second[pivotTable][pivot];
    }
    return matches(tables, first, second)
        ? new RankOneFactors(
            floats(first),
            Arrays.stream(second).map(RankOneFactors::floats).toArray(float[][]::new))
        : null;
  }

  /**
   * The same products with the values of the first operand's codes as their first factors, where
   * these differ by a power of two: nothing need be encoded then.
   */
  RankOneFactors withFirst(float[] values) {
    int shift = 0;
    for (int code = 0; code < values.length; code++) {
      if (values[code] != 0 && first[code] != 0) {
        shift = Math.getExponent(first[code]) - Math.getExponent(values[code]);
      }
    }
    for (int code = 0; code < values.length; code++) {
      if (Math.scalb((double) values[code], shift) != first[code]) {
        return this;
      }
    }
    float[][] scaled = new float[second.length][];
    for (int t = 0; t < scaled.length; t++) {
      scaled[t] = second[t].clone();
      for (int code = 0; code < scaled[t].length; code++) {
        scaled[t][code] = Math.scalb(second[t][code], shift);
        if (Math.scalb((double) second[t][code], shift) != scaled[t][code]) {
          return this;
        }
      }
    }
    return new RankOneFactors(values, scaled);
  }

  /** Any row with products. */
  private static int longest(double[] divisors) {
    int row = 0;
    while (row < divisors.length - 1 && divisors[row] == 0) {
      row++;
    }
    return row;
  }

  /** For each code of the first operand, the largest number that divides all its products. */
  private static double[] divisors(IntegerTables tables) {
    double[] divisors = new double[tables.codesA()];
    for (int a = 0; a < divisors.length; a++) {
      long odd = 0;
      int exponent = Integer.MAX_VALUE;
      for (int t = 0; t < tables.count(); t++) {
        for (int w = 0; w < tables.codesW(); w++) {
          double product = Math.abs(tables.of(t, a, w));
          if (product != 0) {
            int lowest = lowestBit(product);
            odd = gcd((long) Math.scalb(product, -lowest), odd);
            exponent = Math.min(exponent, lowest);
          }
        }
      }
      divisors[a] = odd == 0 ? 0 : Math.scalb((double) odd, exponent);
    }
    return divisors;
  }

  private static int lowestBit(double product) {
    int zeros = Long.numberOfTrailingZeros(Double.doubleToRawLongBits(product));
    return Math.getExponent(product) - FRACTION_BITS + Math.min(zeros, FRACTION_BITS);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Whether all products are those of the factors, and all three are float32 numbers. */
  private static boolean matches(IntegerTables tables, double[] first, double[][] second) {
    for (int t = 0; t < second.length; t++) {
      for (int w = 0; w < second[t].length; w++) {
        for (int a = 0; a < first.length; a++) {
          double product = tables.of(t, a, w);
          if (first[a] * second[t][w] != product || (float) product != product) {
            return false;
          }
        }
        if ((float) second[t][w] != second[t][w]) {
          return false;
        }
      }
    }
    for (double factor : first) {
      if ((float) factor != factor) {
        return false;
      }
    }
    return true;
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }
}
