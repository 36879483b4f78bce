package fp8sim.bench;

import fp8sim.engine.Backends;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a workload is measured.
 *
 * @param backend chooses what a network runs on, anew for each network
 * @param threads worker threads of a network, and of ONNX Runtime
 * @param runtime measured too, or null
 * @param profile whether to sample what the time of kernels is spent on
 * @param notes takes lines that the user should read
 */
public record BenchSetup(
    Supplier<Backends.Choice> backend,
    int threads,
    Stopwatch stopwatch,
    @Nullable OnnxRuntimeBaseline runtime,
    boolean profile,
    Consumer<String> notes) {}
