/**
 * Networks over labelled data: scores, calibration. Read {@link fp8sim.eval.Evaluation} first.
 * Imports engine, data, numerics, quant and tensor.
 */
@NullMarked
package fp8sim.eval;

import org.jspecify.annotations.NullMarked;
