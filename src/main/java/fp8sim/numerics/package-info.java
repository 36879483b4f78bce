/**
 * What the user asks for: float maths, and later formats, placement, multipliers and accumulators
 * per layer. Read {@link fp8sim.numerics.Numerics} first. Imports format, multiplier and quant.
 */
@NullMarked
package fp8sim.numerics;

import org.jspecify.annotations.NullMarked;
