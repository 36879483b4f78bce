/**
 * Multipliers in C: {@link fp8sim.multiplier.user.c.CProduct}. Text becomes tokens ({@link
 * fp8sim.multiplier.user.c.Preprocessor}), these a tree by the grammar {@code IntegerC}, the tree a
 * typed program ({@link fp8sim.multiplier.user.c.ProgramReader}), and {@link
 * fp8sim.multiplier.user.c.CMachine} runs that for many pairs of operands at once. Imports
 * multiplier.user and common.
 */
@NullMarked
package fp8sim.multiplier.user.c;

import org.jspecify.annotations.NullMarked;
