package fp8sim.quant;

import java.lang.foreign.MemorySegment;

/**
 * Finds one range from one or more batches, in memory that does not grow with their number. NaN and
 * infinities do not count.
 */
public interface RangeEstimator {
  /**
   * Takes one batch.
   *
   * @param values float32 numbers, little-endian, of any alignment
   */
  void update(MemorySegment values);

  /** The range after the batches so far; zero before the first. */
  ValueRange range();
}
