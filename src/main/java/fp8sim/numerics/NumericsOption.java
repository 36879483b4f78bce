package fp8sim.numerics;

import fp8sim.common.OptionNames;
import fp8sim.format.BiasPolicy;
import fp8sim.format.Formats;
import fp8sim.format.Overflow;
import fp8sim.format.Rounding;
import fp8sim.format.ScaleMode;
import fp8sim.format.Subnormals;
import fp8sim.quant.RangeMethod;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The options that {@link NumericsParser} reads, in the order of the help. */
public enum NumericsOption {
  FORMAT("F", "fp32", "format of weights and activations: " + Formats.ALLOWED),
  WEIGHTS("F", null, "format of weights, if it is another"),
  ACTIVATIONS("F", null, "format of activations, if it is another"),
  QUANTIZE(QuantizeAt.class, "quantize the inputs or the outputs of weight layers"),
  QUANTIZE_EXTRA("LIST", null, "also quantize: attention,kv-cache,layernorm,softmax,gelu"),
  WEIGHT_SCOPE(WeightScope.class, "one range per output channel, or one per weight"),
  WEIGHT_RANGE("METHOD", "minmax", "how ranges of weights are found: minmax, mse, percentile[:P]"),
  ACTIVATION_RANGE("METHOD", "allminmax", "how other ranges are found: " + RangeMethod.ALLOWED),
  ACTIVATION_SIGN(
      ActivationSign.class,
      "auto: no sign bit where calibration saw no negative value (minifloats and symmetric"
          + " integers; asymmetric ones have none anyway)"),
  INTEGER_ACTIVATIONS(IntegerActivations.class, "integer activations with or without a zero point"),
  BIAS_POLICY(BiasPolicy.class, "how eXmY formats are fitted to a range"),
  SCALE(ScaleMode.class, "the scale of formats with a fixed bias"),
  ROUNDING(Rounding.class, "rounding of quantized values"),
  OVERFLOW(Overflow.class, "what becomes of values above the largest finite one"),
  SUBNORMALS(Subnormals.class, "what becomes of results below the smallest normal number"),
  BATCH_NORM(BatchNorm.class, "keep BatchNormalization, or fold it into weights first"),
  REESTIMATE_BATCH_NORM("N", null, "re-estimate BatchNormalization from N calibration batches"),
  POOLING(Pooling.class, "average pooling passes values, or uses the quantizer before it"),
  PRESET(
      "LIST",
      "all",
      "study: all defaults as in the study; and exceptions for the first and last layers: all,"
          + " fp-logits, fc4, fc4-dw8, lsq, lsq-paper"),
  RESULT_QUANTIZER("quantize the results of weight layers, before BatchNormalization"),
  RESULT_BIAS("N", null, "bias of results instead of a calibrated one"),
  RESULT_FORMAT(
      "F",
      null,
      "format of results: activations, or another; without it the activations', but adder keeps the"
          + " carry of every sum of codes"),
  MULTIPLIER("P", "exact", "how products are computed, as name:key=value,..."),
  ROUND_PRODUCTS("round each product to the result grid"),
  ROUND_PRODUCT_AND_SUM("quantize each exact product, and then the sum"),
  ACCUMULATOR("A", null, "how products are added: fp32 (exact products), exact (others), ..."),
  FLOAT_MATH(FloatMath.class, "multiply-add of float32 layers"),
  LAYER("PATTERN:key=value,...", null, "an exception for layers, by name; repeatable"),
  SEED("N", "0", "seed of stochastic rounding");

  private final @Nullable String argument;
  private final @Nullable String defaultValue;
  private final String description;
  private final List<String> choices;

  NumericsOption(String argument, @Nullable String defaultValue, String description) {
    this.argument = argument;
    this.defaultValue = defaultValue;
    this.description = description;
    this.choices = List.of();
  }

  NumericsOption(String description) {
    this.argument = null;
    this.defaultValue = null;
    this.description = description;
    this.choices = List.of();
  }

  NumericsOption(Class<? extends Enum<?>> type, String description) {
    this.argument = "NAME";
    this.choices = Arrays.stream(type.getEnumConstants()).map(OptionNames::of).toList();
    this.defaultValue = choices.getFirst();
    this.description = description;
  }

  /** The name in kebab-case, without dashes in front. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the help calls its value; null for a flag. */
  public @Nullable String argument() {
    return argument;
  }

  /** The value if none is given; null if there is none. */
  public @Nullable String defaultValue() {
    return defaultValue;
  }

  /** One phrase for the help. */
  public String description() {
    return description;
  }

  /** All legal values; empty if other texts may be legal. */
  public List<String> choices() {
    return choices;
  }

  public boolean isRepeatable() {
    return this == LAYER;
  }
}
