package fp8sim.bench;

import fp8sim.cli.command.BenchCommand;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.option.RuntimeOptions;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Calibrator;
import fp8sim.engine.Network;
import fp8sim.graph.Graph;
import fp8sim.kernel.Phase;
import fp8sim.numerics.Numerics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A network with several numerics, all in the same run. */
final class VariantBenchmark {
  private final Invocation invocation;
  private final Graph model;
  private final int threads;

  VariantBenchmark(Invocation invocation, Graph model, int threads) {
    this.invocation = invocation;
    this.model = model;
    this.threads = threads;
  }

  /**
   * Measures all variants.
   *
   * @param variants float32 first
   * @param runtime measured too, or null
   */
  List<Timing> measure(
      List<Variant> variants, OnnxRuntimeBaseline.@Nullable Session runtime, Stopwatch stopwatch) {
    List<Network> networks = new ArrayList<>();
    try {
      List<Runnable> competitors = new ArrayList<>();
      for (Variant variant : variants) {
        Network network = network(variant);
        networks.add(network);
        competitors.add(() -> network.run(variant.inputs()));
      }
      if (runtime != null) {
        competitors.add(runtime::run);
      }
      List<Double> times = stopwatch.measure(competitors);
      double other = runtime == null ? 0 : times.getLast();
      List<Timing> timings = new ArrayList<>();
      for (int i = 0; i < variants.size(); i++) {
        String name = variants.get(i).name();
        Map<Phase, Double> phases = phases(name, competitors.get(i), stopwatch);
        timings.add(new Timing(name, times.get(i), times.getFirst(), other, phases));
      }
      return timings;
    } finally {
      networks.forEach(Network::close);
    }
  }

  private Map<Phase, Double> phases(String variant, Runnable work, Stopwatch stopwatch) {
    if (!invocation.arguments().has(BenchCommand.PROFILE.name())) {
      return Map.of();
    }
    Map<Phase, Double> phases = PhaseSampler.sample(work, stopwatch.nanos());
    if (phases.isEmpty()) {
      invocation.err().printf("no profile of %s: give more --seconds%n", variant);
    }
    return phases;
  }

  private Network network(Variant variant) {
    Numerics numerics = variant.numerics();
    Blueprint bare = Blueprint.of(model, numerics, RuntimeOptions.backend(invocation), threads);
    Blueprint calibrated =
        numerics.quantizesActivations()
            ? Calibrator.calibrated(bare, List.of(variant.inputs()))
            : bare;
    Network network = calibrated.open();
    network.run(variant.inputs());
    network.notes().forEach(invocation.err()::println);
    invocation.result().ranOn(calibrated.backend(), network.device().name());
    return network;
  }
}
