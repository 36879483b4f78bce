package fp8sim.numerics;

import fp8sim.format.BiasPolicy;
import fp8sim.format.Conversion;
import fp8sim.format.ScaleMode;

/** How quantizers are made of ranges. */
public record QuantizerOptions(
    BiasPolicy biasPolicy, ScaleMode scale, Conversion conversion, ActivationSign sign) {
  public static final QuantizerOptions DEFAULT =
      new QuantizerOptions(
          BiasPolicy.SATURATE, ScaleMode.REAL, Conversion.DEFAULT, ActivationSign.SIGNED);
}
