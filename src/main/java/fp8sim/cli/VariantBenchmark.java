package fp8sim.cli;

import fp8sim.engine.ModelGraph;
import fp8sim.engine.Network;
import fp8sim.numerics.Numerics;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network in float32 and, if the options ask for other numerics, with these, all in the same run.
 */
final class VariantBenchmark {
  private final Invocation invocation;
  private final ModelGraph model;
  private final Map<String, Tensor> inputs;
  private final int threads;

  VariantBenchmark(
      Invocation invocation, ModelGraph model, Map<String, Tensor> inputs, int threads) {
    this.invocation = invocation;
    this.model = model;
    this.inputs = inputs;
    this.threads = threads;
  }

  /**
   * Measures all variants, float32 first; ranges are found on the inputs.
   *
   * @param runtime measured too, or null
   */
  List<Timing> measure(OnnxRuntime.@Nullable Session runtime, Stopwatch stopwatch) {
    Numerics wanted = NumericsOptions.read(invocation.arguments());
    try (Network floats = network(wanted.withoutQuantizers());
        @Nullable Network variant = wanted.quantizes() ? network(wanted) : null) {
      List<Runnable> competitors = new ArrayList<>(List.of(() -> floats.run(inputs)));
      if (variant != null) {
        competitors.add(() -> variant.run(inputs));
      }
      if (runtime != null) {
        competitors.add(runtime::run);
      }
      List<Double> times = stopwatch.measure(competitors);
      double other = runtime == null ? 0 : times.getLast();
      List<Timing> timings = new ArrayList<>();
      timings.add(new Timing("float32", times.get(0), times.get(0), other));
      if (variant != null) {
        timings.add(new Timing(wanted.describe(), times.get(1), times.get(0), other));
      }
      return timings;
    }
  }

  private Network network(Numerics numerics) {
    Network network =
        new Network(model, numerics, RuntimeOptions.backend(invocation.arguments()), threads);
    if (numerics.quantizesActivations()) {
      network.startCalibration();
      network.run(inputs);
      network.finishCalibration();
    }
    network.run(inputs);
    invocation.result().ranOn(network.backend(), network.device().name());
    return network;
  }
}
