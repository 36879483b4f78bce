/**
 * The built-in multipliers, one file each, listed in {@link fp8sim.multiplier.model.Multipliers},
 * which is the class to read first; a new one is one class and one line there. Imports multiplier,
 * multiplier.user, format and common.
 */
@NullMarked
package fp8sim.multiplier.model;

import org.jspecify.annotations.NullMarked;
