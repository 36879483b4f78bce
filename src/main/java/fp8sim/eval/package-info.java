/**
 * Networks over labelled data: scores, the float32 baseline, and the batches of a calibration. Read
 * {@link fp8sim.eval.Evaluation} first. Imports engine, model, data, quant, tensor and common.
 */
@NullMarked
package fp8sim.eval;

import org.jspecify.annotations.NullMarked;
