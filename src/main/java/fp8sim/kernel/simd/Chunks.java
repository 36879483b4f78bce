package fp8sim.kernel.simd;

import fp8sim.kernel.Parallel;

/** Cuts rows of work into parts that are worth a worker's while. */
final class Chunks {
  /** Elements of a part: some microseconds of work, and a fraction of the second-level cache. */
  private static final int ELEMENTS = 1 << 14;

  /** Work on adjacent rows. */
  @FunctionalInterface
  interface Work {
    void run(int from, int end);
  }

  private Chunks() {}

  /** Runs work on rows 0 to {@code rows - 1} of {@code size} elements each. */
  static void run(Parallel parallel, int rows, int size, Work work) {
    int perPart = Math.clamp(ELEMENTS / Math.max(1, size), 1, Math.max(1, rows));
    parallel.run(
        Math.ceilDiv(rows, perPart),
        (index, worker) -> {
          int from = index * perPart;
          work.run(from, Math.min(from + perPart, rows));
        });
  }
}
