package fp8sim.quant;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.Philox;
import fp8sim.format.Quantizer;
import fp8sim.format.ScalarQuantizer;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The quantizer of a computed tensor while a network runs: its range may still change during
 * calibration, and it counts what it cannot represent.
 */
public final class QuantizerState {
  private final QuantizerId id;
  private final int stream;
  private final Function<ValueRange, Quantizer> make;
  private final LongAdder nans = new LongAdder();
  private final LongAdder infinities = new LongAdder();
  private @Nullable RangeEstimator estimator;
  private @Nullable ValueRange range;
  private volatile @Nullable Quantizer quantizer;

  /**
   * A quantizer without a range.
   *
   * @param make the quantizer for a range
   */
  public QuantizerState(QuantizerId id, Function<ValueRange, Quantizer> make) {
    this.id = id;
    this.stream = Philox.stream(id.toString());
    this.make = make;
  }

  public QuantizerId id() {
    return id;
  }

  /** Identifies the quantizer in stochastic rounding. */
  public int stream() {
    return stream;
  }

  /** Whether rounding needs random bits; it does not depend on the range. */
  public boolean isStochastic() {
    return make.apply(ValueRange.of(-1, 1)).isStochastic();
  }

  /** Whether numbers are quantized in blocks; it does not depend on the range. */
  public boolean isBlocked() {
    return make.apply(ValueRange.of(-1, 1)) instanceof BlockQuantizer;
  }

  /** Fixes the range. */
  public void fix(ValueRange fixed) {
    range = fixed;
    quantizer = make.apply(fixed);
    estimator = null;
  }

  /** Starts calibration: from now on {@link #observe} updates the range. */
  public void calibrate(RangeEstimator newEstimator) {
    estimator = newEstimator;
  }

  /** Ends calibration with the range found so far. */
  public void finish() {
    estimator = null;
  }

  /** Updates range and quantizer with a batch; without calibration nothing changes. */
  public void observe(MemorySegment values) {
    if (estimator != null) {
      estimator.update(values);
      range = estimator.range();
      quantizer = make.apply(range);
    }
  }

  /** The range, or null before anything was observed. */
  public @Nullable ValueRange range() {
    return range;
  }

  /**
   * The quantizer for the range.
   *
   * @throws Fp8simException if there is no range yet
   */
  public Quantizer quantizer() {
    Quantizer now = quantizer;
    if (now == null) {
      throw withoutRange(id);
    }
    return now;
  }

  /** As {@link #quantizer()} of one that is not {@link #isBlocked()}. */
  public ScalarQuantizer scalar() {
    return (ScalarQuantizer) quantizer();
  }

  /** The error of a quantizer that is used before it has a range. */
  public static Fp8simException withoutRange(QuantizerId id) {
    return Fp8simException.usage(
        "quantizer %s has no range; give %s or %s"
            .formatted(id, UserOption.CALIBRATION.with("D"), UserOption.RANGES.with("FILE")));
  }

  /** Notes numbers that were not finite. */
  public void count(long newNans, long newInfinities) {
    nans.add(newNans);
    infinities.add(newInfinities);
  }

  /** NaN values seen so far. */
  public long nans() {
    return nans.sum();
  }

  /** Infinite values seen so far. */
  public long infinities() {
    return infinities.sum();
  }
}
