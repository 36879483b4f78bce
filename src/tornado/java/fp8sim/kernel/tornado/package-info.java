/**
 * Runs whole networks on OpenCL and PTX devices through TornadoVM. Compiled only by the Maven
 * profile {@code tornado}. Start with {@link fp8sim.kernel.tornado.TornadoBackend}.
 *
 * <p>{@code TornadoBackend} lowers a plan to a {@link fp8sim.kernel.tornado.device.DeviceProgram}
 * (kernel calls, their geometry, constants); {@link fp8sim.kernel.tornado.DeviceNetwork} compiles
 * and runs it. The classes named {@code ...Kernel} hold code that TornadoVM compiles for the
 * device: static methods without objects, exceptions, unsigned shifts, or bit patterns of floats.
 * Some code compiles and computes something else: local arrays that are passed to a helper, loops
 * in both arms of an if, comparisons of a long that a mask made (it is unsigned), a float made a
 * long (it goes by way of an int).
 *
 * <p>May import {@code kernel} and {@code kernel.reference}; nothing else imports TornadoVM.
 */
@NullMarked
package fp8sim.kernel.tornado;

import org.jspecify.annotations.NullMarked;
