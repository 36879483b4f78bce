/**
 * Multipliers that users bring: tables in several dialects ({@link
 * fp8sim.multiplier.user.TableProduct}, to be read first), which {@link
 * fp8sim.multiplier.user.TableWriter} writes for any multiplier, and Java sources ({@link
 * fp8sim.multiplier.user.SourceProduct}), which run in a process of their own. Imports multiplier
 * and common.
 */
@NullMarked
package fp8sim.multiplier.user;

import org.jspecify.annotations.NullMarked;
