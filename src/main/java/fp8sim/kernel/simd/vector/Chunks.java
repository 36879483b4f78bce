package fp8sim.kernel.simd.vector;

import fp8sim.kernel.Parallel;

/** Cuts rows of work into parts that are worth a worker's while. */
public final class Chunks {
  /** Elements of a part: some microseconds of work, and a fraction of the second-level cache. */
  private static final int ELEMENTS = 1 << 14;

  /** A part of planes has at least so many outputs, if there are as many. */
  private static final long PLANE_OUTPUTS = 1 << 14;

  /** Work on adjacent rows. */
  @FunctionalInterface
  public interface Work {
    public void run(int from, int end);
  }

  private Chunks() {}

  /** Runs work on rows 0 to {@code rows - 1} of {@code size} elements each. */
  public static void run(Parallel parallel, int rows, int size, Work work) {
    runParts(parallel, rows, Math.clamp(ELEMENTS / Math.max(1, size), 1, Math.max(1, rows)), work);
  }

  /** Runs work on planes 0 to {@code planes - 1} of {@code outputs} outputs each. */
  public static void runPlanes(Parallel parallel, int planes, long outputs, Work work) {
    int most = (int) Math.ceilDiv(PLANE_OUTPUTS, Math.max(1, outputs));
    int share = Math.ceilDiv(planes, 4 * parallel.workers());
    runParts(parallel, planes, Math.clamp(share, 1, most), work);
  }

  private static void runParts(Parallel parallel, int rows, int perPart, Work work) {
    parallel.run(
        Math.ceilDiv(rows, perPart),
        (index, worker) -> {
          int from = index * perPart;
          work.run(from, Math.min(from + perPart, rows));
        });
  }
}
