package fp8sim.kernel;

import fp8sim.plan.Step;

/**
 * The implementation of one family of operators. {@link KernelSet} says which member serves which
 * operator and what each promises; every implementation of a member gives the same bits.
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
}
