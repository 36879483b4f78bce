package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.DirectConvolution;
import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.significand.LaneFactors.Lanes;
import fp8sim.kernel.simd.vector.Memory;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a step is multiplied by factors: or why it is not.
 *
 * @param misfit empty if it is possible
 */
record SignificandPlan(String misfit, @Nullable IntegerTables integers, @Nullable LaneFactors lanes)
    implements FactorPlan {
  static SignificandPlan of(ProductTask task) {
    String misfit = FactorLimits.misfit(task);
    if (!misfit.isEmpty()) {
      return misfit(misfit);
    }
    IntegerTables tables = IntegerTables.of(task);
    int sumBits = FactorLimits.sumBits(task);
    if (FactorLimits.isExact(task) && sumBits > SumForm.DOUBLE_BITS) {
      return misfit("exact sums of %d bits".formatted(sumBits));
    }
    LaneFactors factors = factors(task, tables);
    return factors == null
        ? misfit("more than %d significands".formatted(mostClasses(task, tables)))
        : new SignificandPlan("", tables, factors);
  }

  private static int mostClasses(ProductTask task, IntegerTables tables) {
    boolean doubles =
        FactorLimits.isExact(task)
            && (task.arithmetic().isBlocked()
                ? SumBound.ofBlock(task).kind() == SumForm.Kind.DOUBLES
                : tables.bits() > TileKind.MOST_BITS);
    return doubles ? Memory.LANES : 2 * Memory.LANES;
  }

  private static SignificandPlan misfit(String reason) {
    return new SignificandPlan(reason, null, null);
  }

  /** Weights lie in lanes where the kernel of float32 would have them there, if possible. */
  private static @Nullable LaneFactors factors(ProductTask task, IntegerTables tables) {
    int most = mostClasses(task, tables);
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
