package fp8sim.numerics;

import fp8sim.format.Format;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How results of weight layers are quantized, and the grid of approximate products.
 *
 * @param quantizer whether an exact result is replaced by its quantized value
 * @param bias the result bias, if it is given instead of calibrated
 * @param format empty for the activations'
 */
public record ResultOptions(boolean quantizer, OptionalInt bias, Optional<Format> format) {
  public static final ResultOptions DEFAULT =
      new ResultOptions(false, OptionalInt.empty(), Optional.empty());

  public ResultOptions withBias(OptionalInt other) {
    return new ResultOptions(quantizer, other, format);
  }
}
