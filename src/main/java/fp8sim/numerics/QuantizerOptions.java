package fp8sim.numerics;

import fp8sim.format.BiasPolicy;
import fp8sim.format.BlockFormat;
import fp8sim.format.ConversionMode;
import fp8sim.format.Float32;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.IntegerFormat;
import fp8sim.format.ScaleMode;
import fp8sim.format.TableFormat;

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

  /** Whether quantizers of a format depend on a range: not with a fixed bias and no scale. */
  public boolean needsRange(Format format) {
    return switch (format) {
      case Float32 _ -> false;
      case IntegerFormat _ -> true;
      case TableFormat _ -> scale != ScaleMode.NONE;
      case BlockFormat blocks -> blocks.hasTensorScale();
      case FloatFormat minifloat ->
          minifloat.fixedBias().isEmpty() || (!minifloat.isCast() && scale != ScaleMode.NONE);
    };
  }

  /** The same with another scale of formats with a fixed bias. */
  public QuantizerOptions withScale(ScaleMode other) {
    return new QuantizerOptions(biasPolicy, other, conversion, sign, integers);
  }
}
