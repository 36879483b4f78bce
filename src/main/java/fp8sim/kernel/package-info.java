/**
 * What a backend is and what kernels promise. Read {@link fp8sim.kernel.Backend} first, then {@link
 * fp8sim.kernel.Kernel} and {@link fp8sim.kernel.KernelFamily}; {@link
 * fp8sim.kernel.FloatFunctions} defines the transcendental functions. Imports plan, graph,
 * numerics, quant, tensor and common.
 */
@NullMarked
package fp8sim.kernel;

import org.jspecify.annotations.NullMarked;
