/**
 * The built-in multipliers, one file each, listed in {@link fp8sim.multiplier.model.Multipliers}; a
 * new one is one class and one line there. Imports multiplier, multiplier.user and format.
 */
@NullMarked
package fp8sim.multiplier.model;

import org.jspecify.annotations.NullMarked;
