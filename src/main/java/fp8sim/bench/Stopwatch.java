package fp8sim.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Times competitors in turns, so that all see the same disturbances. A turn begins with one run
 * that does not count.
 *
 * @param nanos time for each, after as much warm-up
 * @param pause nanoseconds before a turn
 */
public record Stopwatch(long nanos, long pause) {
  /** ONNX Runtime's threads spin for tens of milliseconds when they have nothing to do. */
  public static final long UNTIL_THREADS_SLEEP = 50_000_000;

  private static final int ROUNDS = 10;
  private static final int LEAST_RUNS = 3;

  /** Returns the median time of one run of each competitor, in nanoseconds. */
  List<Double> measure(List<Runnable> competitors) {
    List<List<Long>> times = new ArrayList<>();
    for (Runnable competitor : competitors) {
      runFor(competitor, nanos, new ArrayList<>());
      times.add(new ArrayList<>());
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < competitors.size(); i++) {
        LockSupport.parkNanos(pause);
        competitors.get(i).run();
        runFor(competitors.get(i), nanos / ROUNDS, times.get(i));
      }
    }
    return times.stream().map(Stopwatch::median).toList();
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
