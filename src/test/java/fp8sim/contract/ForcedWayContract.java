package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.SimdKernels;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;

/** Products in one way, forced, and which ways were in fact taken. */
abstract class ForcedWayContract extends ProductContract {
  private final String forced;
  private final KernelSet kernels;
  private final Set<String> taken = new TreeSet<>();

  ForcedWayContract(ProductMethod method) {
    forced = method.text();
    kernels = SimdKernels.set(Optional.of(method));
  }

  @Override
  final KernelSet kernels() {
    return KernelSet.of(
        (step, binding) -> {
          Kernel kernel = kernels.forStep(step);
          taken.add(kernel.describe(step).split(":", 2)[0]);
          return kernel.bind(step, binding);
        });
  }

  @BeforeEach
  final void forget() {
    taken.clear();
  }

  final void assertTaken() {
    assertThat(taken).containsExactly(forced);
  }

  final void assertNotTaken() {
    assertThat(taken).isNotEmpty().doesNotContain(forced);
    taken.clear();
  }
}
