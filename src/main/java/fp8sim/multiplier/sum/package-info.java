/**
 * How products are accumulated: exactly, in fixed point, in rounded floating point, in chunks. Read
 * {@link fp8sim.multiplier.sum.Accumulator} first. Imports multiplier and format.
 */
@NullMarked
package fp8sim.multiplier.sum;

import org.jspecify.annotations.NullMarked;
