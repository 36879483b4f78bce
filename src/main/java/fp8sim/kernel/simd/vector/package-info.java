/**
 * Vectors and memory by address: species, loads and stores, scratch memory, vectors of elementary
 * functions and quantizers. Read {@link fp8sim.kernel.simd.vector.Memory} first. The lowest room of
 * kernel.simd: it imports none of the others.
 */
@NullMarked
package fp8sim.kernel.simd.vector;

import org.jspecify.annotations.NullMarked;
