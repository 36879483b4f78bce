/**
 * The command line: one file per subcommand over a small frame. It may import anything, nothing
 * imports it, and it is the only place that knows Commons CLI.
 *
 * <p>Start with {@link fp8sim.cli.Main}, then {@link fp8sim.cli.frame.Command}; a new command is
 * one class and one line in {@link fp8sim.cli.Commands}.
 */
@NullMarked
package fp8sim.cli;

import org.jspecify.annotations.NullMarked;
