/**
 * What follows a tile of sums: bias, residual, activation, quantizer, and the store into the
 * output. Read {@link fp8sim.kernel.simd.epilogue.TileEpilogue} first. Imports kernel.simd.vector.
 */
@NullMarked
package fp8sim.kernel.simd.epilogue;

import org.jspecify.annotations.NullMarked;
