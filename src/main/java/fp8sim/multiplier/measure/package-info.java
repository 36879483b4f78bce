/**
 * Error measures of a multiplier over all pairs of codes. Read {@link
 * fp8sim.multiplier.measure.ErrorMeasures} first. Imports multiplier and format.
 */
@NullMarked
package fp8sim.multiplier.measure;

import org.jspecify.annotations.NullMarked;
