package fp8sim.kernel.simd.vector;

/**
 * Time until workers have done a number of equal parts, each taking the next part when it is free.
 * Workers are not equally fast: a core may be shared with another virtual machine, or be an
 * efficiency core. So it is the mean of two cases: all workers alike, and one of them slow.
 */
public final class Makespan {
  /** Speed of a worker whose core's other hardware thread is busy too, as measured. */
  private static final double SLOW = 0.65;

  private Makespan() {}

  /** The time, in units of one part's. */
  public static double of(long parts, int workers) {
    long alike = Math.ceilDiv(parts, (long) workers);
    return workers == 1 ? alike : (alike + withSlowWorker(parts, workers - 1)) / 2;
  }

  private static double withSlowWorker(long parts, int others) {
    // it takes at least its share of what follows everybody's first part
    long slow = Math.max(0, (long) ((parts - others) * SLOW / (others + SLOW)));
    while (others * ((long) (slow / SLOW) + 1) + slow < parts) {
      slow++;
    }
    return Math.max((double) Math.ceilDiv(parts - slow, (long) others), slow / SLOW);
  }
}
