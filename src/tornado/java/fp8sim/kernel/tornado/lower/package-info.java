/**
 * Steps of a plan to kernel calls. Read {@link fp8sim.kernel.tornado.lower.Lowering} first. Imports
 * kernel.tornado.device.
 */
@NullMarked
package fp8sim.kernel.tornado.lower;

import org.jspecify.annotations.NullMarked;
