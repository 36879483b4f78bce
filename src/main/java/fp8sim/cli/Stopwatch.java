package fp8sim.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Times two competitors in turns, so that both see the same disturbances.
 *
 * @param nanos time for each, after as much warm-up
 */
record Stopwatch(long nanos) {
  private static final int ROUNDS = 10;
  private static final int LEAST_RUNS = 3;

  Timing measure(Runnable own, @Nullable Runnable other) {
    runFor(own, nanos, new ArrayList<>());
    if (other != null) {
      runFor(other, nanos / 4, new ArrayList<>());
    }
    List<Long> ownTimes = new ArrayList<>();
    List<Long> otherTimes = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      runFor(own, nanos / ROUNDS, ownTimes);
      if (other != null) {
        runFor(other, nanos / ROUNDS, otherTimes);
      }
    }
    return new Timing(median(ownTimes), otherTimes.isEmpty() ? 0 : median(otherTimes));
  }

  private static void runFor(Runnable work, long nanos, List<Long> times) {
    long end = System.nanoTime() + nanos;
    for (int runs = 0; runs < LEAST_RUNS || System.nanoTime() < end; runs++) {
      long start = System.nanoTime();
      work.run();
      times.add(System.nanoTime() - start);
    }
  }

  private static double median(List<Long> times) {
    List<Long> sorted = times.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
