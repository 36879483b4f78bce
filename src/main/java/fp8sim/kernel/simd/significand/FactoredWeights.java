package fp8sim.kernel.simd.significand;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.gemm.PackedMatrix;
import fp8sim.kernel.simd.gemm.RangedMatrix;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A constant second operand as tiles read it.
 *
 * @param factors that it is encoded with
 * @param packed in lanes, or null
 * @param rows as a {@link RangedMatrix} of output channels, or null
 * @param scales of parts of blocks of all channels, or null without blocks
 */
@InPhase(Phase.PACKING)
record FactoredWeights(
    Factorization factors,
    @Nullable PackedMatrix packed,
    @Nullable MemorySegment rows,
    @Nullable PackedMatrix scales) {
  /** The weights of a task; null if one of them is not finite. */
  static @Nullable FactoredWeights of(ProductTask task, FactorPlan plan) {
    WeightCodeMatrix codes = WeightCodeMatrix.of(task);
    if (codes == null) {
      return null;
    }
    boolean isBlocked = task.arithmetic().isBlocked();
    SumForm form =
        isBlocked ? SumBound.ofBlock(task) : SumBound.of(task, plan.tables(), codes).form();
    Factorization factors = plan.factors(task, form);
    Tensor entries = codes.entries(c -> factors.secondEntries(factors.table(c)));
    if (plan.areWeightsInLanes()) {
      PackedMatrix packed = PackedMatrix.pack(entries, codes.isTransposed());
      PackedMatrix scales =
          isBlocked ? PackedMatrix.pack(codes.scales((int) task.sumTerms()), false) : null;
      return new FactoredWeights(factors, packed, null, scales);
    }
    int most = factors.form().mostTerms();
    return new FactoredWeights(
        factors,
        null,
        RangedMatrix.of(entries.data(), codes.channels(), codes.terms(), most),
        null);
  }
}
