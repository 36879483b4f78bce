/**
 * What runs on the device (classes named {@code ...Kernel}) and the calls, geometry and buffers of
 * a program. Read {@link fp8sim.kernel.tornado.device.DeviceProgram} first.
 */
@NullMarked
package fp8sim.kernel.tornado.device;

import org.jspecify.annotations.NullMarked;
