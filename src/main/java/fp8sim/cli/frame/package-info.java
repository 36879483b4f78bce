/**
 * The frame of the command line: options, arguments, help, results and how failures are shown. Read
 * {@link fp8sim.cli.frame.Command} first.
 */
@NullMarked
package fp8sim.cli.frame;

import org.jspecify.annotations.NullMarked;
