/**
 * Starts Java as fp8sim needs it: {@link fp8sim.launch.Launcher} is the main class of the jar and
 * runs the program in a JVM with the right options.
 */
@NullMarked
package fp8sim.launch;

import org.jspecify.annotations.NullMarked;
