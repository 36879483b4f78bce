package fp8sim.kernel;

/**
 * How a session runs; results never depend on it.
 *
 * @param threads number of worker threads of CPU backends, at least 1
 * @param device part of the backend name after the first colon, for example {@code opencl:0}; empty
 *     for the backend's own choice
 * @param prepared constants prepared by earlier sessions of the same network (other batch sizes)
 */
public record SessionOptions(int threads, String device, PreparedConstants prepared) {}
