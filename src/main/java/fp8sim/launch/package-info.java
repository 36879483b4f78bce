/**
 * Starts Java as fp8sim needs it. Read {@link fp8sim.launch.Launcher} first: the main class of the
 * jar, which runs the program in a JVM with the right options. {@link fp8sim.launch.TornadoProcess}
 * does the same for TornadoVM.
 */
@NullMarked
package fp8sim.launch;

import org.jspecify.annotations.NullMarked;
