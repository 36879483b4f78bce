package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.reference.ReferenceKernels;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Multiplies codes in one way only; a step that it cannot do fails the test, unless for a reason
 * that is expected.
 */
final class OneWay {
  private static final List<KernelFamily> FAMILIES =
      List.of(
          KernelFamily.CONVOLUTION,
          KernelFamily.TRANSPOSED_CONVOLUTION,
          KernelFamily.GEMM,
          KernelFamily.MATMUL);

  private OneWay() {}

  /**
   * The kernels.
   *
   * @param expected reasons for which the reference may do a step
   */
  static KernelSet kernels(ProductWay way, Pattern expected) {
    Kernel reference = ReferenceKernels.kernel();
    KernelSet set = KernelSet.of(reference);
    for (KernelFamily family : FAMILIES) {
      set = set.with(new Strict(family, way, expected, reference));
    }
    return set;
  }

  private record Strict(KernelFamily family, ProductWay way, Pattern expected, Kernel reference)
      implements FamilyKernel {
    @Override
    public Executable bind(Step step, Binding binding) {
      ProductArithmetic arithmetic = Objects.requireNonNull(step.arithmetic());
      ProductTask task = new ProductTask(step, arithmetic, reference);
      Estimate estimate = way.estimate(task, Machine.here());
      if (!estimate.isPossible()) {
        assertThat(estimate.reason()).as(step.describe()).matches(expected);
        return reference.bind(step, binding);
      }
      return way.bind(task, binding);
    }
  }
}
