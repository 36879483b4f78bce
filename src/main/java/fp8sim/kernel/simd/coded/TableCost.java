package fp8sim.kernel.simd.coded;

import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.ProductTask;

/**
 * What tables cost.
 *
 * @param lanes outputs in lanes, of all products
 * @param positions whose codes select, in each of them
 */
record TableCost(ProductMethod method, ProductTask task, long lanes, long positions) {
  /** Laying a table of one vector out. */
  private static final double LAYOUT = 130;

  /** Adding a vector of products. */
  private static final double ADDITION = 0.3;

  /** A product that is looked up by itself. */
  private static final double SINGLE = 1.2;

  static TableCost of(ProductTask task, ProductMethod method) {
    return method == ProductMethod.WEIGHT_TABLES
        ? new TableCost(method, task, task.positions(), task.channels())
        : new TableCost(method, task, task.channels(), task.positions());
  }

  Estimate estimate() {
    if (method == ProductMethod.SINGLE) {
      return Estimate.of(SINGLE * task.macs(), "%d positions".formatted(positions));
    }
    int width = TableVectors.BYTES / Short.BYTES;
    double vectors = (double) task.products() * Math.ceilDiv(lanes, width) * task.terms();
    return Estimate.of(
        vectors * (LAYOUT + positions * ADDITION),
        "%d codes for each table of %d outputs".formatted(positions, Math.min(lanes, width)));
  }
}
