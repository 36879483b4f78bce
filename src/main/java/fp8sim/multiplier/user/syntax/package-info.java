/**
 * Reading the text of users by grammars: {@link fp8sim.multiplier.user.syntax.SourceText}. Imports
 * common.
 */
@NullMarked
package fp8sim.multiplier.user.syntax;

import org.jspecify.annotations.NullMarked;
