package fp8sim.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An image of many pixels that the first step of preprocessing makes smaller. It is never in memory
 * as a whole but decoded band by band of rows, each time from the start of the file, and the result
 * has the same bits.
 *
 * @param file as encoded
 * @param bandRows rows that are decoded at a time
 */
record LargeImage(MemorySegment file, int height, int width, int bandRows) implements RawSample {
  static final int CHANNELS = 3;

  /** Pixels of a band: 24 MiB as RGB, twice while it is decoded. */
  private static final int BAND_PIXELS = 1 << 23;

  /** However many threads read samples, memory is needed for one large image at a time. */
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  /** What is done with the rows of a band. */
  @FunctionalInterface
  interface Band {
    /**
     * Takes a band.
     *
     * @param from the image's row that is the band's first
     */
    void take(int from, Pixels rows);
  }

  static LargeImage of(MemorySegment file, int height, int width) {
    return new LargeImage(file, height, width, Math.max(1, BAND_PIXELS / width));
  }

  /**
   * Decodes the rows {@code from <= row < to}, band by band.
   *
   * @throws UncheckedIOException if the image is damaged
   */
  void forEachBand(int from, int to, Band band) {
    ONE_AT_A_TIME.lock();
    try {
      for (int row = from; row < to; row += bandRows) {
        band.take(row, ImageDecoder.rows(file, row, Math.min(bandRows, to - row)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }
}
