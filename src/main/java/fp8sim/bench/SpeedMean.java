package fp8sim.bench;

/**
 * Geometric means of one variant's speed over all workloads.
 *
 * @param variant as in {@link Timing}
 * @param threads on which it was measured
 * @param toFloat speed relative to our own float32
 * @param toOnnxRuntime speed relative to ONNX Runtime; NaN without it
 * @param leastToOnnxRuntime the least of these ratios; NaN without ONNX Runtime
 * @param toFewestThreads speed relative to that on the first number of threads
 * @param isFewest whether this is the first number of threads
 */
public record SpeedMean(
    String variant,
    int threads,
    double toFloat,
    double toOnnxRuntime,
    double leastToOnnxRuntime,
    double toFewestThreads,
    boolean isFewest) {}
