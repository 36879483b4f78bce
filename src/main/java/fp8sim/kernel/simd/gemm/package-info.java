/**
 * Matrix products in packed panels and register tiles. Read {@link
 * fp8sim.kernel.simd.gemm.GemmTile} first, then {@link fp8sim.kernel.simd.gemm.BlockProduct}.
 * Imports kernel.simd.vector and kernel.simd.epilogue.
 */
@NullMarked
package fp8sim.kernel.simd.gemm;

import org.jspecify.annotations.NullMarked;
