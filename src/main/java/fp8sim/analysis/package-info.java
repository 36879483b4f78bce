/**
 * What formats and multipliers do to numbers: expected quantization error, and advice on what hurts
 * a network. Read {@link fp8sim.analysis.FormatError} first. Imports eval, engine, numerics, quant,
 * format, tensor and common.
 */
@NullMarked
package fp8sim.analysis;

import org.jspecify.annotations.NullMarked;
