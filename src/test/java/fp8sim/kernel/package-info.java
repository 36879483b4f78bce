/** Kernels on single steps. {@link fp8sim.kernel.StepRunner} runs one. */
@NullMarked
package fp8sim.kernel;

import org.jspecify.annotations.NullMarked;
