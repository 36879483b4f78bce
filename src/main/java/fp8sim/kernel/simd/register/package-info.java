/**
 * Products of codes from tables that lie in vector registers: 64 lanes look a product's digits up
 * by their own codes, in the bytes that the other operand's code selects. May import what {@link
 * fp8sim.kernel.simd.coded} may, and that.
 */
@NullMarked
package fp8sim.kernel.simd.register;

import org.jspecify.annotations.NullMarked;
