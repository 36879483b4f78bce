package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The memory of a network on host and device.
 *
 * @param arena where all values lie, as the plan says; only the device's copy is used
 * @param codes of the operands of the step that runs; only the device's copy is used
 * @param state see {@link DeviceState}
 */
public record DeviceBuffers(
    FloatArray input,
    FloatArray output,
    FloatArray constants,
    IntArray tables,
    FloatArray arena,
    IntArray codes,
    IntArray state) {}
