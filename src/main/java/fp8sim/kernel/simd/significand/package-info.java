/**
 * Products of codes that are an entry of a small table times a power of two. Read {@link
 * fp8sim.kernel.simd.significand.LaneFactors} first, then {@link
 * fp8sim.kernel.simd.significand.TileKind}. Imports the rooms kernel.simd.vector, epilogue, gemm,
 * conv, coded and product.
 */
@NullMarked
package fp8sim.kernel.simd.significand;

import org.jspecify.annotations.NullMarked;
