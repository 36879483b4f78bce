/**
 * One run as the user asked for it, read once and typed: model, data, calibration, numerics,
 * scoring, backend and threads; and how its network gets ranges before it runs. Read {@link
 * fp8sim.run.RunSpec} first. Imports eval, engine, model, data, numerics, quant, npy and tensor.
 */
@NullMarked
package fp8sim.run;

import org.jspecify.annotations.NullMarked;
