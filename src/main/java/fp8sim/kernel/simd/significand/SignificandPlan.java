package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.DirectConvolution;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.significand.LaneFactors.Lanes;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.ProductArithmetic;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a step is multiplied by factors: or why it is not.
 *
 * @param misfit empty if it is possible
 */
record SignificandPlan(String misfit, @Nullable IntegerTables integers, @Nullable LaneFactors lanes)
    implements FactorPlan {
  /** The least exponent of a float32 number's lowest bit. */
  private static final int LOWEST = Float.MIN_EXPONENT - SumForm.FLOAT_BITS + 1;

  static SignificandPlan of(ProductTask task) {
    String misfit = misfit(task);
    if (!misfit.isEmpty()) {
      return misfit(misfit);
    }
    DistinctTables distinct = task.tables();
    if (!IntegerTables.areAlike(distinct)) {
      return misfit("channels of several widths");
    }
    IntegerTables tables = new IntegerTables(distinct);
    ProductArithmetic arithmetic = task.arithmetic();
    boolean exact = arithmetic.accumulator().equals(Accumulator.EXACT);
    misfit = sumMisfit(task, tables, exact);
    if (misfit.isEmpty()) {
      misfit = scaleMisfit(arithmetic, distinct, tables);
    }
    if (!misfit.isEmpty()) {
      return misfit(misfit);
    }
    LaneFactors factors = factors(task, tables);
    return factors == null
        ? misfit("more than %d significands".formatted(2 * Memory.LANES))
        : new SignificandPlan("", tables, factors);
  }

  private static SignificandPlan misfit(String reason) {
    return new SignificandPlan(reason, null, null);
  }

  private static String misfit(ProductTask task) {
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
    if (task.macs() == 0) {
      return "nothing to multiply";
    }
    return task.hasTables() ? "" : "formats too wide for tables";
  }

  /** Why sums are not those of the accumulator. */
  private static String sumMisfit(ProductTask task, IntegerTables tables, boolean exact) {
    int carry = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, task.terms() - 1));
    int sumBits = tables.bits() + carry;
    if (sumBits > Float.MAX_EXPONENT) {
      return "sums of %d bits".formatted(sumBits);
    }
    boolean fits = !exact || sumBits <= SumForm.FLOAT_BITS || tables.bits() <= TileKind.MOST_BITS;
    return fits ? "" : "exact sums of products of %d bits".formatted(tables.bits());
  }

  /** Why sums of integers cannot be scaled instead of those of products. */
  private static String scaleMisfit(
      ProductArithmetic arithmetic, DistinctTables distinct, IntegerTables tables) {
    for (int c = 0; c < arithmetic.channels().size(); c++) {
      int exponent = tables.exponent(distinct.number(c));
      float scale = arithmetic.scale(c);
      double scaled = Math.scalb((double) scale, exponent);
      boolean same =
          scale > 0
              && scaled >= 2 * Float.MIN_NORMAL
              && scaled <= Float.MAX_VALUE
              && (float) scaled == scaled;
      if (!same || exponent < LOWEST || exponent + tables.bits() > Float.MAX_EXPONENT / 2) {
        return "a scale beyond those of float32";
      }
    }
    return "";
  }

  /** Weights lie in lanes where the kernel of float32 would have them there, if possible. */
  private static @Nullable LaneFactors factors(ProductTask task, IntegerTables tables) {
    int most = 2 * Memory.LANES;
    boolean isConv = task.kind() == ProductTask.Kind.CONV;
    boolean weightsFirst = !isConv || DirectConvolution.suits(task.step());
    LaneFactors weights = weightsFirst ? LaneFactors.of(tables, Lanes.SECOND, most) : null;
    if (weights != null || !isConv) {
      return weights != null && SignificandFactorization.fits(weights) ? weights : null;
    }
    LaneFactors activations = LaneFactors.of(tables, Lanes.FIRST, most);
    if (activations == null && !weightsFirst && DirectConvolution.isPossible(task.step())) {
      activations = LaneFactors.of(tables, Lanes.SECOND, most);
    }
    return activations != null && SignificandFactorization.fits(activations) ? activations : null;
  }

  boolean isPossible() {
    return misfit.isEmpty();
  }

  @Override
  public IntegerTables tables() {
    return Objects.requireNonNull(integers);
  }

  /** The factors, where it is possible. */
  LaneFactors factors() {
    return Objects.requireNonNull(lanes);
  }

  @Override
  public boolean areWeightsInLanes() {
    return factors().lanes() == Lanes.SECOND;
  }

  @Override
  public Factorization factors(ProductTask task, SumForm form) {
    return new SignificandFactorization(task, tables(), factors(), form);
  }
}
