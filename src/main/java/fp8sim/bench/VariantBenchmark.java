package fp8sim.bench;

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
  private final Graph model;
  private final BenchSetup setup;

  VariantBenchmark(Graph model, BenchSetup setup) {
    this.model = model;
    this.setup = setup;
  }

  /**
   * Measures all variants.
   *
   * @param variants float32 first
   * @param runtime measured too, or null
   */
  Measurement measure(List<Variant> variants, OnnxRuntimeBaseline.@Nullable Session runtime) {
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
      List<Double> times = setup.stopwatch().measure(competitors);
      double other = runtime == null ? 0 : times.getLast();
      List<Timing> timings = new ArrayList<>();
      for (int i = 0; i < variants.size(); i++) {
        String name = variants.get(i).name();
        Map<Phase, Double> phases = phases(name, competitors.get(i));
        Map<String, String> kernels = networks.get(i).productKernels();
        timings.add(new Timing(name, times.get(i), times.getFirst(), other, phases, kernels));
      }
      Network last = networks.getLast();
      return new Measurement(last.blueprint().backend(), last.device().name(), timings);
    } finally {
      networks.forEach(Network::close);
    }
  }

  private Map<Phase, Double> phases(String variant, Runnable work) {
    if (!setup.profile()) {
      return Map.of();
    }
    Map<Phase, Double> phases = PhaseSampler.sample(work, setup.stopwatch().nanos());
    if (phases.isEmpty()) {
      setup.notes().accept("no profile of %s: give more --seconds".formatted(variant));
    }
    return phases;
  }

  private Network network(Variant variant) {
    Numerics numerics = variant.numerics();
    Blueprint bare = Blueprint.of(model, numerics, setup.backend().get(), setup.threads());
    Blueprint calibrated =
        numerics.needsRanges() ? Calibrator.calibrated(bare, List.of(variant.inputs())) : bare;
    Network network = calibrated.open();
    network.run(variant.inputs());
    network.notes().forEach(setup.notes());
    return network;
  }
}
