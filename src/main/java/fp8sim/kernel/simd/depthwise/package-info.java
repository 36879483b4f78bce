/**
 * Products of codes with one input channel per group: plane by plane, vectors along a flat copy of
 * the plane. Read {@link fp8sim.kernel.simd.depthwise.DepthwiseProducts} first. Imports the rooms
 * kernel.simd.vector, epilogue, conv, product and coded.
 */
@NullMarked
package fp8sim.kernel.simd.depthwise;

import org.jspecify.annotations.NullMarked;
