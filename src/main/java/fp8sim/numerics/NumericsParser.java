package fp8sim.numerics;

import fp8sim.common.Fp8simException;
import fp8sim.common.OptionNames;
import fp8sim.common.UserOption;
import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.format.Overflow;
import fp8sim.format.Rounding;
import fp8sim.format.ScaleMode;
import fp8sim.format.Subnormals;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.quant.RangeMethod;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads {@link Numerics} from option texts. Errors are one line that lists what is allowed. */
public final class NumericsParser {
  private static final String TRUE = "true";

  private final Map<NumericsOption, List<String>> given = new EnumMap<>(NumericsOption.class);

  private final MultiplierReader multipliers;

  private NumericsParser(MultiplierReader multipliers) {
    this.multipliers = multipliers;
  }

  /** As {@link #parse(Map, MultiplierReader)} where nothing else reads multipliers. */
  public static Numerics parse(Map<String, List<String>> options) {
    return parse(options, new MultiplierReader());
  }

  /**
   * The numerics that the options ask for.
   *
   * @param options values by option name; flags that are set have the value {@code true}. An option
   *     that is absent or has no value has its default
   * @param multipliers of the run
   * @throws Fp8simException if a name or a value is unknown
   */
  public static Numerics parse(Map<String, List<String>> options, MultiplierReader multipliers) {
    NumericsParser parser = new NumericsParser(multipliers);
    options.forEach((name, values) -> parser.given.put(option(name), values));
    return parser.numerics();
  }

  private static NumericsOption option(String name) {
    return Arrays.stream(NumericsOption.values())
        .filter(option -> option.key().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Fp8simException.usage(
                    "unknown option '%s', use one of %s"
                        .formatted(
                            name,
                            Arrays.stream(NumericsOption.values())
                                .map(NumericsOption::key)
                                .collect(Collectors.joining(", ")))));
  }

  private Numerics numerics() {
    Format format = value(NumericsOption.FORMAT, Formats::parse);
    PlacementOptions placement = placement();
    int reestimateBatches = integer(NumericsOption.REESTIMATE_BATCH_NORM, 1).orElse(0);
    if (reestimateBatches > 0 && placement.batchNorm() == BatchNorm.FOLD) {
      throw Fp8simException.usage(
          "%s measures BatchNormalization, which %s removes"
              .formatted(UserOption.REESTIMATE_BATCH_NORM, UserOption.BATCH_NORM.with("fold")));
    }
    TensorFormats formats =
        new TensorFormats(
            optional(NumericsOption.WEIGHTS, Formats::parse).orElse(format),
            optional(NumericsOption.ACTIVATIONS, Formats::parse).orElse(format));
    RangeOptions ranges = ranges();
    QuantizerOptions quantizers = quantizers();
    ResultOptions result = result();
    ProductOptions product = product();
    FloatMath floatMath = constant(NumericsOption.FLOAT_MATH, FloatMath.class);
    List<LayerOverride> layers = layers();
    long seed = value(NumericsOption.SEED, text -> number(NumericsOption.SEED, text));
    return new Numerics(
        formats,
        placement,
        new QuantizationOptions(ranges, quantizers, result, seed),
        product,
        floatMath,
        reestimateBatches,
        new LayerOverrides(layers, false));
  }

  private ProductOptions product() {
    return new ProductOptions(
        value(NumericsOption.MULTIPLIER, multipliers::read),
        isGiven(NumericsOption.ROUND_PRODUCTS),
        isGiven(NumericsOption.ROUND_PRODUCT_AND_SUM),
        optional(NumericsOption.ACCUMULATOR, text -> text)
            .filter(text -> !text.isEmpty())
            .map(Accumulator::parse));
  }

  private List<LayerOverride> layers() {
    return list(NumericsOption.LAYER).stream()
        .map(text -> LayerOverride.parse(text, multipliers))
        .toList();
  }

  private PlacementOptions placement() {
    return new PlacementOptions(
        constant(NumericsOption.QUANTIZE, QuantizeAt.class),
        extras(),
        value(NumericsOption.PRESET, Presets::exceptions),
        constant(NumericsOption.BATCH_NORM, BatchNorm.class),
        constant(NumericsOption.POOLING, Pooling.class));
  }

  private Set<Extra> extras() {
    Set<Extra> extras = EnumSet.noneOf(Extra.class);
    for (String text : list(NumericsOption.QUANTIZE_EXTRA)) {
      for (String name : text.split(",", -1)) {
        extras.add(OptionNames.parse(Extra.class, "quantize-extra", name.strip()));
      }
    }
    return extras;
  }

  private RangeOptions ranges() {
    RangeMethod weights = value(NumericsOption.WEIGHT_RANGE, RangeMethod::parse);
    return new RangeOptions(
        weights,
        value(NumericsOption.ACTIVATION_RANGE, RangeMethod::parse),
        constant(NumericsOption.WEIGHT_SCOPE, WeightScope.class));
  }

  private QuantizerOptions quantizers() {
    return new QuantizerOptions(
        constant(NumericsOption.BIAS_POLICY, BiasPolicy.class),
        constant(NumericsOption.SCALE, ScaleMode.class),
        new ConversionMode(
            constant(NumericsOption.ROUNDING, Rounding.class),
            constant(NumericsOption.OVERFLOW, Overflow.class),
            constant(NumericsOption.SUBNORMALS, Subnormals.class)),
        constant(NumericsOption.ACTIVATION_SIGN, ActivationSign.class),
        constant(NumericsOption.INTEGER_ACTIVATIONS, IntegerActivations.class));
  }

  private ResultOptions result() {
    return new ResultOptions(
        isGiven(NumericsOption.RESULT_QUANTIZER),
        integer(NumericsOption.RESULT_BIAS, Integer.MIN_VALUE),
        optional(NumericsOption.RESULT_FORMAT, ResultFormat::parse)
            .orElse(ResultOptions.DEFAULT.format()));
  }

  private List<String> list(NumericsOption option) {
    List<String> texts = given.getOrDefault(option, List.of());
    String defaultValue =
        Presets.defaultValue(
            option,
            given.getOrDefault(NumericsOption.PRESET, List.of()),
            isGiven(NumericsOption.REESTIMATE_BATCH_NORM));
    return texts.isEmpty() && defaultValue != null ? List.of(defaultValue) : texts;
  }

  private boolean isGiven(NumericsOption option) {
    List<String> texts = given.getOrDefault(option, List.of());
    return option.argument() == null ? texts.contains(TRUE) : !texts.isEmpty();
  }

  private <T> Optional<T> optional(NumericsOption option, Function<String, T> parse) {
    return list(option).stream().findFirst().map(parse);
  }

  private <T> T value(NumericsOption option, Function<String, T> parse) {
    return optional(option, parse).orElseThrow();
  }

  private <E extends Enum<E>> E constant(NumericsOption option, Class<E> type) {
    return value(option, text -> OptionNames.parse(type, option.key(), text));
  }

  private OptionalInt integer(NumericsOption option, int minimum) {
    Optional<Long> value = optional(option, text -> number(option, text));
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    long number = value.get();
    if (number < minimum || number != (int) number) {
      throw Fp8simException.usage(
          "%s %d: must be in %d..%d"
              .formatted(UserOption.spell(option.key()), number, minimum, Integer.MAX_VALUE));
    }
    return OptionalInt.of((int) number);
  }

  private static long number(NumericsOption option, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Fp8simException.usage(UserOption.spell(option.key()) + " " + text + ": not an integer");
    }
  }
}
