package fp8sim.quant;

import java.lang.foreign.MemorySegment;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** Minimum and maximum of each batch, combined with those of the batches before. */
final class MinMaxEstimator implements RangeEstimator {
  private final BinaryOperator<ValueRange> combine;
  private @Nullable ValueRange range;

  /**
   * An estimator.
   *
   * @param combine the range so far and that of a new batch
   */
  MinMaxEstimator(BinaryOperator<ValueRange> combine) {
    this.combine = combine;
  }

  /** The exponential average in float32, {@code momentum} on the old value. */
  static BinaryOperator<ValueRange> average(float momentum) {
    float rest = 1 - momentum;
    return (old, batch) ->
        ValueRange.of(
            rest * batch.min() + momentum * old.min(), rest * batch.max() + momentum * old.max());
  }

  @Override
  public void update(MemorySegment values) {
    ValueRange batch = MinMax.of(values);
    range = range == null ? batch : combine.apply(range, batch);
  }

  @Override
  public ValueRange range() {
    return range == null ? ValueRange.of(0, 0) : range;
  }
}
