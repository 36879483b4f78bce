package fp8sim.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.Fp8simException;
import fp8sim.format.BiasPolicy;
import fp8sim.format.Float32;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.format.Specials;
import fp8sim.multiplier.ErrorMeasures;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multipliers;
import fp8sim.multiplier.ProductModel;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A multiplier of a configuration at standard biases: its error, and a map of errors for the page.
 *
 * @param name as the configuration has it
 * @param format of the operands
 * @param measures over all pairs of codes
 */
record MultiplierPicture(
    String name, String format, ErrorMeasures measures, RelativeErrors errors) {
  private static final String POLICY = "bias-policy";
  private static final String RESULT_FORMAT = "result-format";
  private static final String RESULT_BIAS = "result-bias";
  private static final String INTEGERS = "integer-activations";
  private static final String SIGN = "activation-sign";
  private static final int OUTSIDE = -128;
  private static final int FULL = 127;
  private static final int MAX_BITS = 8;

  /** What tells the pictures of configurations apart. */
  static String key(JsonObject configuration) {
    return String.join(
        " ",
        text(configuration, "multiplier"),
        text(configuration, "format"),
        text(configuration, "weights"),
        text(configuration, "activations"),
        text(configuration, RESULT_FORMAT),
        text(configuration, "round-products"),
        text(configuration, POLICY),
        text(configuration, RESULT_BIAS),
        text(configuration, INTEGERS),
        text(configuration, SIGN));
  }

  /**
   * The multiplier of a configuration, if its operands have at most 8 bits and it can be tabulated
   * here. Code of a user's is never run for a picture: results may come from anyone.
   */
  static Optional<MultiplierPicture> of(JsonObject configuration) {
    if (isSource(configuration)) {
      return Optional.empty();
    }
    Format both = Formats.parse(text(configuration, "format"));
    Format a = format(configuration, "activations", both);
    Format w = format(configuration, "weights", both);
    if (!isNarrow(a) || !isNarrow(w)) {
      return Optional.empty();
    }
    boolean rounds = text(configuration, "round-products").equals("true");
    String name = text(configuration, "multiplier") + (rounds ? ", rounded" : "");
    String formats = a.equals(w) ? a.name() : a.name() + " and " + w.name();
    try {
      ProductModel model = Multipliers.parse(text(configuration, "multiplier"));
      ProductSetting setting = setting(configuration, model, a, w, rounds);
      return Optional.of(
          new MultiplierPicture(
              name,
              formats,
              ErrorMeasures.of(model, setting),
              RelativeErrors.of(setting, ProductTable.tabulate(model, setting))));
    } catch (Fp8simException e) {
      // Parts of a sweep are merged where a multiplier's file need not be; the page does without.
      return Optional.empty();
    }
  }

  /** What layers bind a model to, but at standard biases and without scales. */
  private static ProductSetting setting(
      JsonObject configuration, ProductModel model, Format a, Format w, boolean rounds) {
    BiasPolicy policy =
        configuration.has(POLICY) ? BiasPolicy.parse(text(configuration, POLICY)) : BiasPolicy.REAL;
    boolean symmetric = text(configuration, INTEGERS).equals("symmetric");
    boolean signed = symmetric && !text(configuration, SIGN).equals("auto");
    Grid gridA = grid(a, policy, signed);
    Grid gridW = grid(w, policy, true);
    FloatGrid result = result(configuration, model, a, gridA, gridW);
    ProductRounding rounding =
        rounds && result != null ? ProductRounding.to(result, policy) : new ProductRounding.None();
    return new ProductSetting(gridA, gridW, result, rounding);
  }

  private static @Nullable FloatGrid result(
      JsonObject configuration, ProductModel model, Format a, Grid gridA, Grid gridW) {
    String format = text(configuration, RESULT_FORMAT);
    String bias = text(configuration, RESULT_BIAS);
    boolean likeActivations = format.isEmpty() || format.equals("activations");
    Format chosen = likeActivations ? a : Formats.parse(format);
    FloatGrid grid = null;
    if (chosen instanceof FloatFormat minifloat) {
      int given = bias.isEmpty() ? minifloat.standardBias() : Integer.parseInt(bias);
      grid = new FloatGrid(minifloat, given);
    }
    return format.isEmpty() && bias.isEmpty() ? model.resultGrid(gridA, gridW).orElse(grid) : grid;
  }

  /** Whether the multiplier is code of a user's, which has no picture. */
  static boolean isSource(JsonObject configuration) {
    return Multipliers.isSource(text(configuration, "multiplier"));
  }

  private static Format format(JsonObject configuration, String key, Format otherwise) {
    String text = text(configuration, key);
    return text.isEmpty() ? otherwise : Formats.parse(text);
  }

  private static boolean isNarrow(Format format) {
    return switch (format) {
      case FloatFormat minifloat -> minifloat.bits() <= MAX_BITS;
      case IntegerFormat _ -> true;
      case Float32 _ -> false;
    };
  }

  private static Grid grid(Format format, BiasPolicy policy, boolean signed) {
    return switch (format) {
      case FloatFormat minifloat -> {
        boolean goesOn = policy == BiasPolicy.STUDY && minifloat.specials() == Specials.NONE;
        yield new FloatGrid(goesOn ? minifloat.extended() : minifloat, minifloat.standardBias());
      }
      case IntegerFormat integer -> new IntegerGrid(integer, signed);
      case Float32 _ -> throw new IllegalArgumentException("float32 has no codes");
    };
  }

  private static String text(JsonObject configuration, String key) {
    return configuration.has(key) ? configuration.get(key).getAsString() : "";
  }

  /** For the page: values of both axes, and errors as signed bytes in parts of the limit. */
  JsonObject toJson() {
    int[] codesA = errors.codesA();
    int[] codesW = errors.codesW();
    byte[] bytes = new byte[codesA.length * codesW.length];
    for (int i = 0; i < bytes.length; i++) {
      double error = errors.error(i / codesW.length, i % codesW.length);
      bytes[i] =
          (byte) (Double.isNaN(error) ? OUTSIDE : Math.rint(FULL * errors.shareOfLimit(error)));
    }
    JsonObject json = new JsonObject();
    json.addProperty("name", name);
    json.addProperty("format", format);
    json.addProperty("limit", errors.limit());
    json.add("a", values(errors.setting().a(), codesA));
    json.add("w", values(errors.setting().w(), codesW));
    json.addProperty("errors", Base64.getEncoder().encodeToString(bytes));
    return json;
  }

  private static JsonArray values(Grid grid, int[] codes) {
    JsonArray values = new JsonArray();
    for (int code : codes) {
      values.add(grid.value(code));
    }
    return values;
  }
}
