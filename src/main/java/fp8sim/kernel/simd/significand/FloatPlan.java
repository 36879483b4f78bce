package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.DirectConvolution;
import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.plan.ProductOperand;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a step is multiplied in float32: or why it is not.
 *
 * @param misfit empty if it is possible
 */
record FloatPlan(
    String misfit,
    @Nullable IntegerTables integers,
    @Nullable RankOneFactors factors,
    boolean areWeightsInLanes)
    implements FactorPlan {
  static FloatPlan of(ProductTask task) {
    String misfit = FactorLimits.misfit(task);
    if (!misfit.isEmpty()) {
      return misfit(misfit);
    }
    IntegerTables tables = IntegerTables.of(task);
    RankOneFactors factors = RankOneFactors.of(tables);
    if (factors == null) {
      return misfit("products are not those of numbers");
    }
    if (FactorLimits.isExact(task) && !areSumsExact(task, tables)) {
      return misfit("exact sums of more than %d bits".formatted(SumForm.FLOAT_BITS));
    }
    factors = factors.withFirst(values(task.arithmetic().a(), tables.codesA()));
    boolean isConv = task.kind() == ProductTask.Kind.CONV;
    boolean inLanes = !isConv || DirectConvolution.suits(task.step());
    return new FloatPlan("", tables, factors, inLanes);
  }

  private static float[] values(ProductOperand operand, int codes) {
    float[] values = new float[codes];
    for (int code = 0; code < codes; code++) {
      values[code] = (float) operand.grid().value(code);
    }
    return values;
  }

  private static FloatPlan misfit(String reason) {
    return new FloatPlan(reason, null, null, false);
  }

  /** Whether float32 holds every sum with the weights, if they are known. */
  private static boolean areSumsExact(ProductTask task, IntegerTables tables) {
    if (FactorLimits.sumBits(task) <= SumForm.FLOAT_BITS) {
      return true;
    }
    WeightCodeMatrix weights =
        task.isConstant() && !task.arithmetic().isBlocked() && tables.bits() < SumForm.FLOAT_BITS
            ? WeightCodeMatrix.of(task)
            : null;
    return weights != null
        && SumBound.of(task, tables, weights).largest() <= Math.scalb(1.0, SumForm.FLOAT_BITS);
  }

  boolean isPossible() {
    return misfit.isEmpty();
  }

  @Override
  public IntegerTables tables() {
    return Objects.requireNonNull(integers);
  }

  @Override
  public Factorization factors(ProductTask task, SumForm form) {
    return new FloatFactorization(task, tables(), Objects.requireNonNull(factors), form);
  }
}
