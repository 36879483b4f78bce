package fp8sim.numerics;

import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.ScaleMode;

/** How quantizers are made of ranges. */
public record QuantizerOptions(
    BiasPolicy biasPolicy,
    ScaleMode scale,
    ConversionMode conversion,
    ActivationSign sign,
    IntegerActivations integers) {
  public static final QuantizerOptions DEFAULT =
      new QuantizerOptions(
          BiasPolicy.REAL,
          ScaleMode.REAL,
          ConversionMode.DEFAULT,
          ActivationSign.SIGNED,
          IntegerActivations.ASYMMETRIC);

  /** The same with another scale of formats with a fixed bias. */
  public QuantizerOptions withScale(ScaleMode other) {
    return new QuantizerOptions(biasPolicy, other, conversion, sign, integers);
  }
}
