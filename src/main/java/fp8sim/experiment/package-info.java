/**
 * Grids of configurations: plans, points, resumable runs, shards and their results. Read {@link
 * fp8sim.experiment.SweepPlan} and {@link fp8sim.experiment.Sweep} first. Imports run, analysis,
 * eval, engine, data, numerics, multiplier and format.
 */
@NullMarked
package fp8sim.experiment;

import org.jspecify.annotations.NullMarked;
