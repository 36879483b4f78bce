/**
 * Which kernel multiplies codes: {@link fp8sim.kernel.simd.product.ProductWays} compares what the
 * ways to do it cost for a step. May import plan, kernel and simd.vector; the ways themselves lie
 * in rooms of their own.
 */
@NullMarked
package fp8sim.kernel.simd.product;

import org.jspecify.annotations.NullMarked;
