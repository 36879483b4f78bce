package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.ProductArithmetic;

/** Why products are not factored, whatever the factors are. */
final class FactorLimits {
  private static final int SHORTEST_BLOCK = 8;
  private static final int LONGEST_BLOCK = 256;

  /** The least exponent of a float32 number's lowest bit. */
  private static final int LOWEST = Float.MIN_EXPONENT - SumForm.FLOAT_BITS + 1;

  private FactorLimits() {}

  /** The reason in a few words; empty if there is none. */
  static String misfit(ProductTask task) {
    Accumulator accumulator = task.arithmetic().accumulator();
    boolean isConv = task.kind() == ProductTask.Kind.CONV;
    if (!isConv && task.kind() != ProductTask.Kind.MATMUL) {
      return "neither Conv of several channels nor a matrix product";
    }
    if (!accumulator.equals(Accumulator.FP32) && !accumulator.equals(Accumulator.EXACT)) {
      return "accumulator " + accumulator.name();
    }
    if (!task.isConstant() && (isConv || task.arithmetic().channels().size() > 1)) {
      return "weights that are computed";
    }
    if (task.arithmetic().isBlocked()) {
      String misfit = blockMisfit(task);
      if (!misfit.isEmpty()) {
        return misfit;
      }
    }
    if (task.macs() == 0) {
      return "nothing to multiply";
    }
    if (!task.hasTables()) {
      return "formats too wide for tables";
    }
    if (!IntegerTables.areAlike(task.tables())) {
      return "channels of several widths";
    }
    if (sumBits(task) > Float.MAX_EXPONENT) {
      return "sums of %d bits".formatted(sumBits(task));
    }
    return scaleMisfit(task);
  }

  /** Tiles add one block at a time: blocks must not be cut, nor so short that little is added. */
  private static String blockMisfit(ProductTask task) {
    if (task.kind() != ProductTask.Kind.MATMUL || !task.isConstant()) {
      return "block formats of other operands than a constant matrix";
    }
    long terms = task.sumTerms();
    boolean isLong = terms >= Math.min(SHORTEST_BLOCK, task.terms()) && terms <= LONGEST_BLOCK;
    return isLong && task.hasEvenBlocks() ? "" : "blocks of such a size";
  }

  static boolean isExact(ProductTask task) {
    return task.arithmetic().accumulator().equals(Accumulator.EXACT);
  }

  /** Bits of the largest sum of any products, in units. */
  static int sumBits(ProductTask task) {
    int carry = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, task.sumTerms() - 1));
    return IntegerTables.of(task).bits() + carry;
  }

  /** Why sums of integers cannot be scaled instead of those of products. */
  private static String scaleMisfit(ProductTask task) {
    ProductArithmetic arithmetic = task.arithmetic();
    DistinctTables distinct = task.tables();
    IntegerTables tables = IntegerTables.of(task);
    for (int c = 0; c < arithmetic.channels().size(); c++) {
      int exponent = tables.exponent(distinct.number(c));
      float scale = arithmetic.scale(c);
      double scaled = Math.scalb((double) scale, exponent);
      boolean same =
          scale > 0
              && scaled >= 2 * Float.MIN_NORMAL
              && scaled <= Float.MAX_VALUE
              && (float) scaled == scaled;
      if (!same || exponent < LOWEST || exponent + sumBits(task) > Float.MAX_EXPONENT) {
        return "a scale beyond those of float32";
      }
    }
    return "";
  }
}
