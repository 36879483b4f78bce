/**
 * The commands, one file each: read options, call the engine, print. Imports cli.option and
 * cli.frame.
 */
@NullMarked
package fp8sim.cli.command;

import org.jspecify.annotations.NullMarked;
