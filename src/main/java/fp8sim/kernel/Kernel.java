package fp8sim.kernel;

import fp8sim.plan.Step;

/**
 * The implementation of operators. {@link KernelFamily} says which belong together and what their
 * kernel promises; every implementation gives the same bits.
 *
 * <p>Kernels trust their step: types, ranks and sizes were checked by shape inference and the
 * planner.
 */
@FunctionalInterface
public interface Kernel {
  /**
   * Binds a step to memory and prepares its constants. The result applies the step's epilogue too.
   */
  Executable bind(Step step, Binding binding);

  /**
   * How a step's products of codes are computed, and why so, in one line; empty if there is nothing
   * to choose.
   */
  default String describe(Step step) {
    return "";
  }
}
