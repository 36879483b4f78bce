/** Groups of options that several commands share, each with what they mean. Imports cli.frame. */
@NullMarked
package fp8sim.cli.option;

import org.jspecify.annotations.NullMarked;
