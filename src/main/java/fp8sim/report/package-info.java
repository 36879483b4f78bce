/**
 * What people look at: one-file HTML pages and pictures. Read {@link fp8sim.report.SweepPage}
 * first. Imports experiment, numerics, multiplier, format and common.
 */
@NullMarked
package fp8sim.report;

import org.jspecify.annotations.NullMarked;
