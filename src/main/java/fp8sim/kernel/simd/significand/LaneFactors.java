package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.product.IntegerTables;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Products as {@code entry * power}: the lane operand's code has a class and a power of two with a
 * sign, the other operand's code selects a table with an entry for each class. Codes of a class
 * have products that differ by a power of two only, as numbers with the same significand have in
 * every model of significands. This is found in the products themselves, wherever they come from.
 *
 * @param lanes which operand lies in lanes
 * @param classes how many classes there are
 * @param items for each table of {@link IntegerTables} if lanes are weights, else for all of them,
 *     and for each code of a lane: the bits of its power as float32, its class in the lowest bits;
 *     +0 if all of its products are 0
 * @param selections for each table of {@link IntegerTables} if lanes are activations, else for all
 *     of them, and for each code of the other operand: which of {@code entries} it selects
 * @param entries tables of {@code classes} entries, the first all zeros
 */
record LaneFactors(Lanes lanes, int classes, int[][] items, int[][] selections, float[][] entries) {
  /** Classes are below it; the bits of a float32 item that its class is in. */
  static final int MOST_CLASSES = 1 << 8;

  private static final int FRACTION_BITS = 52;

  /** What lies in lanes. */
  enum Lanes {
    FIRST,
    SECOND
  }

  /** A line of products: those of one lane's code. */
  private record Line(int item, DoubleBuffer primitive) {}

  /** The factors, or null if there are more classes than {@code most}. */
  static @Nullable LaneFactors of(IntegerTables tables, Lanes lanes, int most) {
    return new Finder(tables, lanes, most).find();
  }

  private static final class Finder {
    private final IntegerTables tables;
    private final Lanes lanes;
    private final int most;
    private final int laneTables;
    private final int laneCodes;
    private final int otherTables;
    private final int otherCodes;

    /** Class of each primitive line. */
    private final Map<DoubleBuffer, Integer> classes = new LinkedHashMap<>();

    Finder(IntegerTables tables, Lanes lanes, int most) {
      this.tables = tables;
      this.lanes = lanes;
      this.most = most;
      boolean first = lanes == Lanes.FIRST;
      laneTables = first ? 1 : tables.count();
      laneCodes = first ? tables.codesA() : tables.codesW();
      otherTables = first ? tables.count() : 1;
      otherCodes = first ? tables.codesW() : tables.codesA();
    }

    @Nullable LaneFactors find() {
      int[][] items = new int[laneTables][laneCodes];
      for (int table = 0; table < laneTables; table++) {
        for (int code = 0; code < laneCodes; code++) {
          Line line = primitive(products(table, code));
          if (line.item() != 0) {
            int number = classes.computeIfAbsent(line.primitive(), missing -> classes.size());
            if (number >= most) {
              return null;
            }
            items[table][code] = line.item() | number;
          }
        }
      }
      return selections(items);
    }

    /** All products of a lane's code. */
    private double[] products(int table, int code) {
      double[] products = new double[otherTables * otherCodes];
      for (int i = 0; i < products.length; i++) {
        products[i] =
            lanes == Lanes.FIRST
                ? tables.of(i / otherCodes, code, i % otherCodes)
                : tables.of(table, i, code);
      }
      return products;
    }

    /** Products without the power of two that divides them, the first one positive. */
    private static Line primitive(double[] products) {
      double sign = 0;
      int exponent = Integer.MAX_VALUE;
      for (double product : products) {
        if (product != 0) {
          sign = sign == 0 ? Math.signum(product) : sign;
          exponent = Math.min(exponent, lowestBit(product));
        }
      }
      if (sign == 0) {
        return new Line(0, DoubleBuffer.allocate(0));
      }
      for (int i = 0; i < products.length; i++) {
        products[i] = Math.scalb(products[i] * sign, -exponent) + 0.0;
      }
      int item = Float.floatToRawIntBits(Math.scalb((float) sign, exponent));
      return new Line(item, DoubleBuffer.wrap(products));
    }

    private static int lowestBit(double product) {
      long fraction = Double.doubleToRawLongBits(product);
      int zeros = Math.min(Long.numberOfTrailingZeros(fraction), FRACTION_BITS);
      return Math.getExponent(product) - FRACTION_BITS + zeros;
    }

    private @Nullable LaneFactors selections(int[][] items) {
      List<double[]> lines = new ArrayList<>();
      classes.keySet().forEach(line -> lines.add(line.array()));
      List<float[]> entries = new ArrayList<>(List.of(new float[lines.size()]));
      Map<FloatBuffer, Integer> numbers = new HashMap<>();
      int[][] selections = new int[otherTables][otherCodes];
      for (int i = 0; i < otherTables * otherCodes; i++) {
        float[] entry = new float[lines.size()];
        for (int c = 0; c < entry.length; c++) {
          entry[c] = (float) lines.get(c)[i];
          if (entry[c] != lines.get(c)[i]) {
            return null;
          }
        }
        // Where there are many tables, most of their entries are the same.
        FloatBuffer key = FloatBuffer.wrap(entry);
        Integer known = otherTables > 1 ? numbers.putIfAbsent(key, entries.size()) : null;
        selections[i / otherCodes][i % otherCodes] = known == null ? entries.size() : known;
        if (known == null) {
          entries.add(entry);
        }
      }
      return new LaneFactors(
          lanes, lines.size(), items, selections, entries.toArray(new float[0][]));
    }
  }
}
