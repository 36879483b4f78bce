/**
 * Multipliers that users bring: tables in several dialects ({@link
 * fp8sim.multiplier.user.TableProduct}) and Java sources ({@link
 * fp8sim.multiplier.user.SourceProduct}). Imports multiplier, common, format.
 */
@NullMarked
package fp8sim.multiplier.user;

import org.jspecify.annotations.NullMarked;
