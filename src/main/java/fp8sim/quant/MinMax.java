package fp8sim.quant;

import java.lang.foreign.MemorySegment;

/** Minimum and maximum of the finite numbers in memory. */
final class MinMax implements Blocks.Visitor {
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;

  private MinMax() {}

  /** The range of the finite values; zero if there are none. */
  static ValueRange of(MemorySegment values) {
    MinMax all = new MinMax();
    Blocks.forEach(values, all);
    return all.min <= all.max ? ValueRange.of(all.min, all.max) : ValueRange.of(0, 0);
  }

  @Override
  public void visit(float[] block, int count) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      low = Math.min(low, block[i]);
      high = Math.max(high, block[i]);
    }
    if (Float.isFinite(low) && Float.isFinite(high)) {
      min = Math.min(min, low);
      max = Math.max(max, high);
    } else {
      visitFinite(block, count);
    }
  }

  private void visitFinite(float[] block, int count) {
    for (int i = 0; i < count; i++) {
      if (Float.isFinite(block[i])) {
        min = Math.min(min, block[i]);
        max = Math.max(max, block[i]);
      }
    }
  }
}
