/**
 * Convolutions: direct, depthwise and as matrix products over patches. Read {@link
 * fp8sim.kernel.simd.conv.ConvGeometry} first. Imports kernel.simd.vector, epilogue and gemm.
 */
@NullMarked
package fp8sim.kernel.simd.conv;

import org.jspecify.annotations.NullMarked;
