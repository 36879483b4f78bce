package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.DistinctTables;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** How large sums of products with known weights can be, and the form of sums that follows. */
final class SumBound {
  private final DistinctTables distinct;
  private final IntegerTables tables;
  private final boolean exact;

  /** For each table, the largest magnitude of products with a code of the second operand. */
  private final Map<Integer, double[]> largestProducts = new HashMap<>();

  private final double[] largestOfRange = new double[SumForm.ranges()];
  private double largest;

  private SumBound(ProductTask task, IntegerTables tables) {
    distinct = task.tables();
    exact = task.arithmetic().accumulator().equals(Accumulator.EXACT);
    this.tables = tables;
  }

  /** A bound of sums of products with these weights. */
  static SumBound of(ProductTask task, IntegerTables tables, WeightCodeMatrix weights) {
    SumBound bound = new SumBound(task, tables);
    for (int c = 0; c < weights.channels(); c++) {
      bound.add(c, weights);
    }
    return bound;
  }

  /** A bound of sums of any products. */
  static SumBound ofAll(ProductTask task, IntegerTables tables) {
    SumBound bound = new SumBound(task, tables);
    bound.largest = Math.scalb((double) task.terms(), tables.bits());
    Arrays.setAll(bound.largestOfRange, i -> Math.scalb((double) SumForm.range(i), tables.bits()));
    return bound;
  }

  /** The form of sums over any block. */
  static SumForm ofBlock(ProductTask task) {
    return FactorLimits.isExact(task)
        ? SumForm.ofBlock(IntegerTables.of(task).bits(), FactorLimits.sumBits(task))
        : SumForm.FLOATS;
  }

  private void add(int channel, WeightCodeMatrix weights) {
    int terms = weights.terms();
    int table = tables.number(distinct.number(channel));
    double[] products = largestProducts.computeIfAbsent(table, this::largestProducts);
    double[] sums = new double[terms + 1];
    for (int k = 0; k < terms; k++) {
      sums[k + 1] = sums[k] + products[weights.code(channel, k)];
    }
    largest = Math.max(largest, sums[terms]);
    for (int i = 0; i < largestOfRange.length; i++) {
      int range = Math.min(SumForm.range(i), terms);
      for (int end = range; end <= terms; end++) {
        largestOfRange[i] = Math.max(largestOfRange[i], sums[end] - sums[end - range]);
      }
    }
  }

  private double[] largestProducts(int table) {
    double[] result = new double[tables.codesW()];
    for (int a = 0; a < tables.codesA(); a++) {
      for (int w = 0; w < result.length; w++) {
        result[w] = Math.max(result[w], Math.abs(tables.of(table, a, w)));
      }
    }
    return result;
  }

  /** The largest magnitude of a sum, in units. */
  double largest() {
    return largest;
  }

  /** What sums are that are no larger. */
  SumForm form() {
    return exact ? SumForm.exact(tables.bits(), largest, largestOfRange) : SumForm.FLOATS;
  }
}
