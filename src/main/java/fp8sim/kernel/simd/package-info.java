/**
 * Kernels on the Vector API, the only package that imports it. Read {@link
 * fp8sim.kernel.simd.SimdKernels} first, then {@link fp8sim.kernel.simd.gemm.GemmTile}. Every
 * kernel gives the bits of its reference: vectors run across outputs, never along a sum. Imports
 * kernel and kernel.reference.
 */
@NullMarked
package fp8sim.kernel.simd;

import org.jspecify.annotations.NullMarked;
