package fp8sim.numerics;

import java.util.OptionalInt;

/**
 * How results of weight layers are quantized, and the grid of approximate products.
 *
 * @param quantizer whether an exact result is replaced by its quantized value
 * @param bias the result bias, if it is given instead of calibrated
 */
public record ResultOptions(boolean quantizer, OptionalInt bias, ResultFormat format) {
  public static final ResultOptions DEFAULT =
      new ResultOptions(false, OptionalInt.empty(), new ResultFormat.Automatic());

  /** Whether a multiplier that knows the grid of all its products may have that grid. */
  public boolean isAutomatic() {
    return format instanceof ResultFormat.Automatic && bias.isEmpty();
  }

  public ResultOptions withBias(OptionalInt other) {
    return new ResultOptions(quantizer, other, format);
  }
}
