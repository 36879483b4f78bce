/**
 * What people look at: one-file HTML pages. Read {@link fp8sim.report.SweepPage} first. Imports
 * experiment, analysis, eval, numerics, multiplier and format.
 */
@NullMarked
package fp8sim.report;

import org.jspecify.annotations.NullMarked;
