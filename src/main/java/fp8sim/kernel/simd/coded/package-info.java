/**
 * Products of coded operands through look-up tables. Read {@link
 * fp8sim.kernel.simd.coded.LookupMatMul} first. Imports the rooms kernel.simd.vector, epilogue,
 * gemm and conv.
 */
@NullMarked
package fp8sim.kernel.simd.coded;

import org.jspecify.annotations.NullMarked;
