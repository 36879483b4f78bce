package fp8sim.quant;

import java.lang.foreign.MemorySegment;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** Minimum and maximum of each batch, combined with those of the batches before. */
final class MinMaxEstimator implements RangeEstimator {
  private final BinaryOperator<Range> combine;
  private @Nullable Range range;

  /**
   * An estimator.
   *
   * @param combine the range so far and that of a new batch
   */
  MinMaxEstimator(BinaryOperator<Range> combine) {
    this.combine = combine;
  }

  /** The exponential average in float32, {@code momentum} on the old value. */
  static BinaryOperator<Range> average(float momentum) {
    float rest = 1 - momentum;
    return (old, batch) ->
        Range.of(
            rest * batch.min() + momentum * old.min(), rest * batch.max() + momentum * old.max());
  }

  @Override
  public void update(MemorySegment values) {
    Range batch = MinMax.of(values);
    range = range == null ? batch : combine.apply(range, batch);
  }

  @Override
  public Range range() {
    return range == null ? Range.of(0, 0) : range;
  }
}
