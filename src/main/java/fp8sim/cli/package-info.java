/**
 * The command line: the program's entry and the list of its commands, over rooms for the frame,
 * groups of options and the commands themselves. Nothing imports it, and with its rooms it is the
 * only place that knows Commons CLI.
 *
 * <p>Start with {@link fp8sim.cli.Main}, then {@link fp8sim.cli.frame.Command}; a new command is
 * one class and one line in {@link fp8sim.cli.Commands}.
 */
@NullMarked
package fp8sim.cli;

import org.jspecify.annotations.NullMarked;
