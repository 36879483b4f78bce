package fp8sim.numerics;

import fp8sim.common.OptionNames;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.multiplier.model.ChosenMultiplier;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.quant.RangeMethod;
import java.util.OptionalInt;

/** One thing that an exception changes in the numerics of a layer. */
public sealed interface LayerChange {
  /** What is changed. */
  LayerKey key();

  /** What it is changed to, as the exception has it. */
  String value();

  /** The numerics with the change. */
  LayerNumerics applyTo(LayerNumerics layer);

  /**
   * Another format: of the weight, of activations, or of both ({@link LayerKey#FORMAT}).
   *
   * @param value the format's name, or another name that the user gave it
   */
  record OfFormat(LayerKey key, Format format, String value) implements LayerChange {
    public OfFormat(LayerKey key, Format format) {
      this(key, format, format.name());
    }

    @Override
    public LayerNumerics applyTo(LayerNumerics layer) {
      LayerNumerics changed = key == LayerKey.ACTIVATIONS ? layer : layer.withWeights(format);
      return key == LayerKey.WEIGHTS ? changed : changed.withActivations(format);
    }
  }

  /**
   * Another way to find ranges.
   *
   * @param value as given
   */
  record OfRange(LayerKey key, RangeMethod method, String value) implements LayerChange {
    @Override
    public LayerNumerics applyTo(LayerNumerics layer) {
      RangeOptions ranges = layer.ranges();
      return layer.withRanges(
          key == LayerKey.WEIGHT_RANGE
              ? ranges.withWeights(method)
              : ranges.withActivations(method));
    }
  }

  /** Another multiplier. */
  record OfMultiplier(ChosenMultiplier multiplier) implements LayerChange {
    /** Whether it is the multiplier without an error. */
    public boolean isExact() {
      return multiplier.isExact();
    }

    @Override
    public LayerKey key() {
      return LayerKey.MULTIPLIER;
    }

    @Override
    public String value() {
      return multiplier.specification();
    }

    @Override
    public LayerNumerics applyTo(LayerNumerics layer) {
      return layer.withProduct(layer.product().withMultiplier(multiplier));
    }
  }

  /** Another accumulator. */
  record OfAccumulator(Accumulator accumulator) implements LayerChange {
    @Override
    public LayerKey key() {
      return LayerKey.ACCUMULATOR;
    }

    @Override
    public String value() {
      return accumulator.name();
    }

    @Override
    public LayerNumerics applyTo(LayerNumerics layer) {
      return layer.withProduct(layer.product().withAccumulator(accumulator));
    }
  }

  /** Products are rounded to the grid of results, or not. */
  record OfRounding(boolean rounds) implements LayerChange {
    @Override
    public LayerKey key() {
      return LayerKey.ROUND_PRODUCTS;
    }

    @Override
    public String value() {
      return Boolean.toString(rounds);
    }

    @Override
    public LayerNumerics applyTo(LayerNumerics layer) {
      return layer.withProduct(layer.product().withRoundProducts(rounds));
    }
  }

  /** Results have this bias. */
  record OfResultBias(int bias) implements LayerChange {
    @Override
    public LayerKey key() {
      return LayerKey.RESULT_BIAS;
    }

    @Override
    public String value() {
      return Integer.toString(bias);
    }

    @Override
    public LayerNumerics applyTo(LayerNumerics layer) {
      return layer.withResult(layer.result().withBias(OptionalInt.of(bias)));
    }
  }

  /** Another tensor is quantized besides the weight. */
  record OfPlace(QuantizeAt at) implements LayerChange {
    @Override
    public LayerKey key() {
      return LayerKey.QUANTIZE;
    }

    @Override
    public String value() {
      return OptionNames.of(at);
    }

    @Override
    public LayerNumerics applyTo(LayerNumerics layer) {
      return layer.withAt(at);
    }
  }

  /**
   * Reads a value.
   *
   * @param text of the whole exception, for messages
   * @throws fp8sim.common.Fp8simException one line that says what is allowed
   */
  static LayerChange parse(LayerKey key, String value, String text, MultiplierReader multipliers) {
    return switch (key) {
      case FORMAT, WEIGHTS, ACTIVATIONS -> new OfFormat(key, Formats.parse(value), value);
      case WEIGHT_RANGE, ACTIVATION_RANGE -> new OfRange(key, RangeMethod.parse(value), value);
      case MULTIPLIER -> new OfMultiplier(multipliers.read(value));
      case ACCUMULATOR -> new OfAccumulator(Accumulator.parse(value));
      case ROUND_PRODUCTS -> new OfRounding(bool(value, text));
      case RESULT_BIAS -> new OfResultBias(integer(value, text));
      case QUANTIZE -> new OfPlace(OptionNames.parse(QuantizeAt.class, "quantize", value));
    };
  }

  private static boolean bool(String value, String text) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw LayerText.wrong(text, "'" + value + "' is neither true nor false");
    };
  }

  private static int integer(String value, String text) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw LayerText.wrong(text, "'" + value + "' is not an integer");
    }
  }
}
