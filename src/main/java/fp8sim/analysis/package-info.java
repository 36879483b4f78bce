/**
 * What formats and multipliers do to numbers: expected quantization error, and advice on what hurts
 * a network. Read {@link fp8sim.analysis.FormatError} first. Imports eval, engine, numerics,
 * multiplier, format, quant and tensor.
 */
@NullMarked
package fp8sim.analysis;

import org.jspecify.annotations.NullMarked;
