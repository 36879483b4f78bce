package fp8sim.numerics;

import fp8sim.Fp8simException;
import fp8sim.format.Formats;
import fp8sim.format.OptionNames;
import fp8sim.quant.RangeMethod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An exception for layers whose name matches a glob ({@code *}: anything, {@code ?}: one
 * character).
 *
 * @param text as given
 * @param glob of names
 * @param values by key, without brackets
 */
public record LayerOverride(String text, String glob, Map<String, String> values) {
  /** The keys, for help and errors. */
  public static final String KEYS =
      "format, weights, activations, weight-range, activation-range, multiplier, accumulator,"
          + " round-products, result-bias, quantize";

  /** The keys that only a layer with a constant weight can act on. */
  public static final List<String> OF_WEIGHTS = List.of("weights", "weight-range", "quantize");

  private static final Pattern START = Pattern.compile(":(" + KEYS.replace(", ", "|") + ")=");

  /** Values in brackets may hold brackets of a file's name. */
  private static final Pattern ENTRY =
      Pattern.compile("\\G([a-z-]+)=(?:\\[((?:[^\\[\\]]|\\[[^\\]]*\\])*)\\]|([^,\\[\\]]*))(,|$)");

  public LayerOverride {
    values = new LinkedHashMap<>(values);
  }

  /**
   * Reads {@code PATTERN:key=value,...}; values that hold colons or commas stand in brackets.
   *
   * @throws Fp8simException one line that says what is allowed
   */
  public static LayerOverride parse(String text) {
    int split = -1;
    for (Matcher start = START.matcher(text); start.find(); ) {
      split = start.start();
    }
    if (split < 1) {
      throw wrong(text, "write PATTERN:key=value,... with the keys " + KEYS);
    }
    LayerOverride override =
        new LayerOverride(text, text.substring(0, split), entries(text, split + 1));
    override.applyTo(Numerics.FLOAT32.forNode(""));
    return override;
  }

  private static Map<String, String> entries(String text, int from) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher entry = ENTRY.matcher(text).region(from, text.length());
    int end = from;
    while (end < text.length()) {
      if (!entry.find()) {
        throw wrong(
            text, "cannot read '" + text.substring(end) + "', write key=value or key=[a,b:c]");
      }
      String plain = entry.group(3);
      values.put(entry.group(1), plain == null ? entry.group(2) : plain);
      end = entry.end();
    }
    return values;
  }

  /** The same exception with another value of a key. */
  public LayerOverride with(String key, String value) {
    Map<String, String> others = new LinkedHashMap<>(values);
    others.put(key, value);
    return of(glob, others);
  }

  /** The same exception without these keys; empty if none is left. */
  public Optional<LayerOverride> without(Collection<String> keys) {
    Map<String, String> others = new LinkedHashMap<>(values);
    others.keySet().removeAll(keys);
    return others.isEmpty() ? Optional.empty() : Optional.of(of(glob, others));
  }

  private static LayerOverride of(String glob, Map<String, String> values) {
    List<String> entries = new ArrayList<>();
    values.forEach(
        (name, text) -> entries.add(name + "=" + (isPlain(text) ? text : "[" + text + "]")));
    return parse(glob + ":" + String.join(",", entries));
  }

  private static boolean isPlain(String value) {
    return value.chars().noneMatch(c -> ",:[]".indexOf(c) >= 0);
  }

  /** Whether a layer is meant. */
  public boolean matches(String name) {
    StringBuilder regex = new StringBuilder();
    for (char c : glob.toCharArray()) {
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return name.matches(regex.toString());
  }

  /** Whether it asks for a format. */
  boolean quantizes() {
    return quantizesActivations() || values.containsKey("weights");
  }

  /** Whether it asks for a format of activations. */
  boolean quantizesActivations() {
    return values.containsKey("format") || values.containsKey("activations");
  }

  LayerNumerics applyTo(LayerNumerics layer) {
    LayerNumerics result = layer;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      result = change(result, entry.getKey(), entry.getValue());
    }
    return result;
  }

  private LayerNumerics change(LayerNumerics layer, String key, String value) {
    RangeOptions ranges = layer.ranges();
    ProductOptions product = layer.product();
    return switch (key) {
      case "format" ->
          layer.withWeights(Formats.parse(value)).withActivations(Formats.parse(value));
      case "weights" -> layer.withWeights(Formats.parse(value));
      case "activations" -> layer.withActivations(Formats.parse(value));
      case "weight-range" -> layer.withRanges(ranges.withWeights(RangeMethod.parse(value)));
      case "activation-range" -> layer.withRanges(ranges.withActivations(RangeMethod.parse(value)));
      case "quantize" -> layer.withAt(OptionNames.parse(QuantizeAt.class, "quantize", value));
      case "multiplier" -> layer.withProduct(product.withMultiplier(value));
      case "accumulator" -> layer.withProduct(product.withAccumulator(value));
      case "round-products" -> layer.withProduct(product.withRoundProducts(bool(value)));
      case "result-bias" -> layer.withResult(layer.result().withBias(integer(value)));
      default -> throw wrong(text, "unknown key '" + key + "', use one of " + KEYS);
    };
  }

  private boolean bool(String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(text, "'" + value + "' is neither true nor false");
    };
  }

  private OptionalInt integer(String value) {
    try {
      return OptionalInt.of(Integer.parseInt(value));
    } catch (NumberFormatException e) {
      throw wrong(text, "'" + value + "' is not an integer");
    }
  }

  private static Fp8simException wrong(String text, String what) {
    return Fp8simException.usage("layer '" + text + "': " + what);
  }
}
