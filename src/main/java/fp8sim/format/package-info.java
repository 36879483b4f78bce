/**
 * Number formats of at most 16 bits as data, and what it means to round to them: codes, values,
 * rounding modes, and the quantizers of tensors as plain scalar functions that every kernel is
 * checked against.
 *
 * <p>Read {@link fp8sim.format.FloatFormat} first, then {@link fp8sim.format.FloatQuantizer}.
 * Imports common only.
 */
@NullMarked
package fp8sim.format;

import org.jspecify.annotations.NullMarked;
