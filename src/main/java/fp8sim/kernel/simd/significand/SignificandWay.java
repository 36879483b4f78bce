package fp8sim.kernel.simd.significand;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.ProductArithmetic;

/** Entries of tables in registers times powers of two, in the kernels of float32. */
public final class SignificandWay implements ProductWay {
  /** One product of float32 with vectors of 512 bits; of half of them, twice that. */
  private static final double FLOAT_NANOSECONDS = 0.014;

  private static final int WIDEST_BITS = 512;

  /** How much longer a product of one table takes, of one in two vectors, and an exact sum. */
  private static final double SINGLE = 2.1;

  private static final double PAIR = 3.9;
  private static final double EXACT = 1.4;

  /** Encoding an element, and reading a weight from memory. */
  private static final double ENCODING_NANOSECONDS = 0.5;

  private static final double WEIGHT_NANOSECONDS = 0.2;

  @Override
  public ProductMethod method() {
    return ProductMethod.SIGNIFICANDS;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    SignificandPlan plan = plan(task);
    if (!plan.isPossible()) {
      return Estimate.impossible(plan.misfit());
    }
    LaneFactors factors = plan.factors();
    boolean weights = plan.areWeightsInLanes();
    long lanes = weights ? task.channels() : task.positions();
    long others = weights ? task.positions() : task.channels();
    double padded = Math.ceilDiv(lanes, TileShape.COLUMNS) * (double) TileShape.COLUMNS;
    boolean pair = TileKind.of(factors.classes()).isSplit();
    boolean exact = isExact(task.arithmetic());
    double product =
        FLOAT_NANOSECONDS
            * WIDEST_BITS
            / machine.vectorBits()
            * (pair ? PAIR : SINGLE)
            * (exact ? EXACT : 1);
    double products = task.products() * padded * others * task.terms() * product;
    double elements = task.step().input(0).shape().elements() * ENCODING_NANOSECONDS;
    double read = task.products() * (double) task.channels() * task.terms() * WEIGHT_NANOSECONDS;
    String reason = "%d significands in lanes of %s";
    return Estimate.of(
        products + elements + read,
        reason.formatted(factors.classes(), weights ? "channels" : "positions"));
  }

  private static boolean isExact(ProductArithmetic arithmetic) {
    return arithmetic.accumulator().equals(Accumulator.EXACT);
  }

  private static SignificandPlan plan(ProductTask task) {
    return task.finding(SignificandPlan.class, SignificandPlan::of);
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    return new FactoredStep(task, plan(task), binding).bind();
  }
}
