package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.TileShape;

/** What products in the tiles of float32 cost. */
final class TileCost {
  private static final int WIDEST_BITS = 512;

  /** One product of float32 with vectors of 512 bits; with half of them, twice that. */
  private static final double FLOAT_NANOSECONDS = 0.014;

  /** Encoding an element. */
  private static final double ENCODING_NANOSECONDS = 0.5;

  /** Reading a weight, of which few positions make use. */
  private static final double WEIGHT_NANOSECONDS = 0.2;

  /** Scaling and adding the sum of a block takes as long as so many products of float32. */
  private static final double BLOCK_TERMS = 12;

  private TileCost() {}

  /**
   * Nanoseconds of a task.
   *
   * @param ratio how many times longer a product takes than one of float32
   */
  static double of(ProductTask task, boolean weightsInLanes, Machine machine, double ratio) {
    long lanes = weightsInLanes ? task.channels() : task.positions();
    long others = weightsInLanes ? task.positions() : task.channels();
    double padded = Math.ceilDiv(lanes, TileShape.COLUMNS) * (double) TileShape.COLUMNS;
    double products = task.products() * padded * others * task.terms();
    double ofBlock = task.arithmetic().isBlocked() ? BLOCK_TERMS / task.sumTerms() : 0;
    double one = FLOAT_NANOSECONDS * WIDEST_BITS / machine.vectorBits() * (ratio + ofBlock);
    double elements = task.step().input(0).shape().elements();
    double weights = (double) task.products() * task.channels() * task.terms();
    return products * one + elements * ENCODING_NANOSECONDS + weights * WEIGHT_NANOSECONDS;
  }
}
