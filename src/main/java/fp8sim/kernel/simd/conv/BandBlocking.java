package fp8sim.kernel.simd.conv;

import fp8sim.kernel.simd.vector.Makespan;
import fp8sim.kernel.simd.vector.TileShape;

/**
 * How a {@link DirectConvolution} is cut into parts: bands of output rows, or whole images, each
 * with a share of the filters.
 *
 * @param images of a part, 1 unless {@code rows} are all
 * @param rows output rows of a part
 * @param panels panels of filters of a part
 */
record BandBlocking(int images, int rows, int panels) {
  /** Positions whose sums lie in the first-level cache beside a panel for the most part. */
  private static final int MOST_POSITIONS = 400;

  /** Bytes of a band that fit the second-level cache. */
  private static final long MOST_BYTES = 1 << 19;

  /** Times in cycles, one of which multiplies a position with a panel and a term. */
  private static final double PART = 3000;

  private static final double COPY_FLOAT = 0.5;
  private static final double FETCH_TERM = 4;

  /** The cut with the least time until all workers are done, by a simple count of work. */
  static BandBlocking of(ConvGeometry geometry, int workers) {
    BandBlocking best = new BandBlocking(1, 1, 1);
    double least = Double.MAX_VALUE;
    int panels = Math.ceilDiv(geometry.filters(), TileShape.COLUMNS);
    int lines = Math.max(1, geometry.batch() * geometry.outHeight());
    for (int size = 1; size <= lines; size++) {
      boolean whole = size >= geometry.outHeight();
      if (whole && size % geometry.outHeight() != 0) {
        continue;
      }
      int rows = Math.min(size, geometry.outHeight());
      int images = Math.ceilDiv(size, geometry.outHeight());
      int positions = size * geometry.outWidth();
      InputBand band = new InputBand(geometry, rows);
      if (size > 1 && (positions > MOST_POSITIONS || band.bytes(images) > MOST_BYTES)) {
        break;
      }
      double copying = COPY_FLOAT * band.bytes(images) / Float.BYTES;
      for (int share = 1; share <= panels; share++) {
        double multiplying = (double) share * geometry.terms() * (positions + FETCH_TERM);
        BandBlocking blocking = new BandBlocking(images, rows, share);
        int parts = blocking.bands(geometry) * Math.ceilDiv(panels, share);
        double time = Makespan.of(parts, workers) * (copying + multiplying + PART);
        if (time < least) {
          least = time;
          best = blocking;
        }
      }
    }
    return best;
  }

  /** Bands in a batch. */
  int bands(ConvGeometry geometry) {
    return Math.ceilDiv(geometry.batch(), images) * Math.ceilDiv(geometry.outHeight(), rows);
  }
}
