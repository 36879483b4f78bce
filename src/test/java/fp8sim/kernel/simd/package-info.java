/** Kernels on single steps. {@link fp8sim.kernel.StepRunner} runs one. */
@NullMarked
package fp8sim.kernel.simd;

import org.jspecify.annotations.NullMarked;
