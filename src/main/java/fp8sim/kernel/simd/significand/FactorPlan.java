package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.ProductTask;

/** How the products of a step are factored. */
interface FactorPlan {
  /** The products. */
  IntegerTables tables();

  /** Whether weights lie in lanes, else activations do. */
  boolean areWeightsInLanes();

  /** The factors for sums of a form. */
  Factorization factors(ProductTask task, SumForm form);
}
