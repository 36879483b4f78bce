package fp8sim.kernel;

/**
 * A device of a backend.
 *
 * @param driver for example {@code jvm}, {@code opencl}, {@code ptx}
 * @param index within the driver
 * @param memoryBytes its memory, or -1 if unknown
 */
public record Device(String driver, int index, String name, long memoryBytes) {}
