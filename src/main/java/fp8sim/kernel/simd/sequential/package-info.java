/**
 * Sums of products of codes whose order counts: accumulators that round after every addition, and
 * whatever is too wide or too rare for the other ways. Read {@link
 * fp8sim.kernel.simd.sequential.SequentialWay} first. Imports the rooms kernel.simd.vector,
 * epilogue, conv, coded and product.
 */
@NullMarked
package fp8sim.kernel.simd.sequential;

import org.jspecify.annotations.NullMarked;
