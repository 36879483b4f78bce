package fp8sim.kernel.simd.product;

import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import fp8sim.plan.DistinctTables;
import java.nio.DoubleBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The product tables of a step, each divided by its own unit, so that products are integers and
 * tables that differ by a power of two are one. The sums of an output channel are then its scale
 * times {@code 2^exponent} times those of the integers.
 */
public final class IntegerTables {
  private final double[][] tables;
  private final int[] numberOf;
  private final int[] exponents;
  private final int bitsA;
  private final int bitsW;
  private final int bits;

  /** The tables of a task that {@linkplain ProductTask#hasTables has} tables. */
  public static IntegerTables of(ProductTask task) {
    return task.finding(IntegerTables.class, t -> new IntegerTables(t.tables()));
  }

  private IntegerTables(DistinctTables distinct) {
    ProductTable first = distinct.distinct().getFirst();
    bitsA = first.bitsA();
    bitsW = first.bitsW();
    Map<DoubleBuffer, Integer> numbers = new LinkedHashMap<>();
    numberOf = new int[distinct.distinct().size()];
    exponents = new int[numberOf.length];
    int widest = 0;
    for (int t = 0; t < numberOf.length; t++) {
      ProductTable table = distinct.distinct().get(t);
      ProductUnits units = table.units();
      exponents[t] = units.exponent();
      widest = Math.max(widest, units.bits());
      DoubleBuffer integers = DoubleBuffer.wrap(integers(table, -exponents[t]));
      numberOf[t] = numbers.computeIfAbsent(integers, missing -> numbers.size());
    }
    bits = widest;
    tables = numbers.keySet().stream().map(DoubleBuffer::array).toArray(double[][]::new);
  }

  /** Whether all tables have as many codes. */
  public static boolean areAlike(DistinctTables tables) {
    int bitsW = tables.distinct().getFirst().bitsW();
    return tables.distinct().stream().allMatch(table -> table.bitsW() == bitsW);
  }

  private static double[] integers(ProductTable table, int shift) {
    int codesW = 1 << table.bitsW();
    double[] result = new double[codesW << table.bitsA()];
    for (int i = 0; i < result.length; i++) {
      // Adding +0 turns -0 into +0, so that equal tables have equal bits.
      result[i] = Math.scalb(table.of(i / codesW, i % codesW), shift) + 0.0;
    }
    return result;
  }

  /** How many tables differ. */
  public int count() {
    return tables.length;
  }

  /** The number of a distinct table of the step. */
  public int number(int distinct) {
    return numberOf[distinct];
  }

  /** The exponent of the unit of a distinct table of the step. */
  public int exponent(int distinct) {
    return exponents[distinct];
  }

  /** Bits of the largest magnitude of all products. */
  public int bits() {
    return bits;
  }

  public int codesA() {
    return 1 << bitsA;
  }

  public int codesW() {
    return 1 << bitsW;
  }

  /** A product of a table. */
  public double of(int number, int codeA, int codeW) {
    return tables[number][codeA << bitsW | codeW];
  }
}
