/**
 * What the user asks for: formats, where quantizers sit, ranges, products and float math, for the
 * whole network and for single layers. Read {@link fp8sim.numerics.Numerics} first, then {@link
 * fp8sim.numerics.NumericsParser}. Imports format, multiplier (with model and sum), quant and
 * common.
 */
@NullMarked
package fp8sim.numerics;

import org.jspecify.annotations.NullMarked;
