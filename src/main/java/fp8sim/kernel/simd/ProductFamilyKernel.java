package fp8sim.kernel.simd;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWays;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;

/** The kernel of operators that multiply float32 numbers or codes. */
abstract class ProductFamilyKernel implements FamilyKernel {
  final Kernel reference;

  /**
   * A kernel.
   *
   * @param reference computes steps that are not {@linkplain #isSupported supported}
   */
  ProductFamilyKernel(Kernel reference) {
    this.reference = reference;
  }

  /** Whether a step can be more than the reference's, whatever it multiplies. */
  abstract boolean isSupported(Step step);

  /** The ways to multiply a supported step's codes. */
  abstract ProductWays ways(Step step);

  /** Binds a supported step that multiplies float32 numbers. */
  abstract Executable bindFloats(Step step, Binding binding);

  @Override
  public final Executable bind(Step step, Binding binding) {
    if (!isSupported(step)) {
      return reference.bind(step, binding);
    }
    ProductArithmetic arithmetic = step.arithmetic();
    return arithmetic == null
        ? bindFloats(step, binding)
        : ways(step).bind(new ProductTask(step, arithmetic, reference), binding);
  }

  @Override
  public final String describe(Step step) {
    ProductArithmetic arithmetic = step.arithmetic();
    return arithmetic == null || !isSupported(step)
        ? ""
        : ways(step).choose(new ProductTask(step, arithmetic, reference)).describe();
  }
}
