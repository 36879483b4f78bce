package fp8sim.bench;

import fp8sim.engine.Network;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.Phase;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;

/** Samples running threads with JDK Flight Recorder to tell what kernels spend their time on. */
final class PhaseSampler {
  private static final String EVENT = "jdk.ExecutionSample";
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final String KERNELS = Kernel.class.getPackageName() + ".";
  private static final String ENGINE = Network.class.getPackageName() + ".";

  private final Map<String, Phase> phases = new ConcurrentHashMap<>();
  private final Map<Phase, Integer> samples = new ConcurrentHashMap<>();
  private volatile @Nullable Throwable failure;

  PhaseSampler() {}

  /**
   * Runs work again and again.
   *
   * @param nanos for how long at least
   * @return the share of each phase in the time of all threads; they add up to 1; nothing if the
   *     time was too short for a sample
   */
  static Map<Phase, Double> sample(Runnable work, long nanos) {
    PhaseSampler sampler = new PhaseSampler();
    try (RecordingStream stream = new RecordingStream()) {
      stream.enable(EVENT).withPeriod(PERIOD);
      stream.onEvent(EVENT, sampler::add);
      stream.onError(error -> sampler.failure = error);
      stream.startAsync();
      long end = System.nanoTime() + nanos;
      do {
        work.run();
      } while (System.nanoTime() < end);
      stream.stop();
    }
    return sampler.shares();
  }

  private Map<Phase, Double> shares() {
    if (failure != null) {
      throw new IllegalStateException("profile", failure);
    }
    int total = samples.values().stream().mapToInt(Integer::intValue).sum();
    Map<Phase, Double> shares = new EnumMap<>(Phase.class);
    for (Phase phase : total == 0 ? new Phase[0] : Phase.values()) {
      shares.put(phase, samples.getOrDefault(phase, 0) / (double) total);
    }
    return shares;
  }

  private void add(RecordedEvent event) {
    RecordedStackTrace trace = event.getStackTrace();
    List<String> types =
        trace == null
            ? List.of()
            : trace.getFrames().stream()
                .map(PhaseSampler::type)
                .filter(PhaseSampler::isOurs)
                .toList();
    if (!types.isEmpty()) {
      samples.merge(phase(types), 1, Integer::sum);
    }
  }

  /** Whether a class is one of those whose time is told apart. */
  static boolean isOurs(String type) {
    return type.startsWith(KERNELS) || type.startsWith(ENGINE);
  }

  /** The outermost class of a frame's; a hidden copy's name ends with an address. */
  private static String type(RecordedFrame frame) {
    return frame.getMethod().getType().getName().split("[/+$]|\\.0x", 2)[0];
  }

  /** What the innermost class does that says so; a waiting thread is in no kernel. */
  Phase phase(List<String> types) {
    if (declared(types.getFirst()) == Phase.WAITING) {
      return Phase.WAITING;
    }
    return types.stream()
        .map(this::declared)
        .filter(phase -> phase != Phase.OTHER && phase != Phase.WAITING)
        .findFirst()
        .orElse(Phase.OTHER);
  }

  private Phase declared(String type) {
    return phases.computeIfAbsent(type, PhaseSampler::read);
  }

  private static Phase read(String type) {
    try {
      // Not initialized: a class that only its hidden copies run has no constants of its own.
      Class<?> declaring = Class.forName(type, false, PhaseSampler.class.getClassLoader());
      InPhase phase = declaring.getAnnotation(InPhase.class);
      return phase == null ? Phase.OTHER : phase.value();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(type, e);
    }
  }
}
