package fp8sim.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.multiplier.ErrorMeasures;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.Multipliers;
import fp8sim.multiplier.ProductModel;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import java.util.Base64;
import java.util.Optional;

/**
 * A multiplier of a configuration at standard biases: its error, and a map of errors for the page.
 *
 * @param name as the configuration has it
 * @param format of the operands
 * @param measures over all pairs of codes
 */
record MultiplierPicture(
    String name, String format, ErrorMeasures measures, RelativeErrors errors) {
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
        text(configuration, "result-format"),
        text(configuration, "round-products"));
  }

  /**
   * The multiplier of a configuration, if its operands are minifloats of at most 8 bits and it can
   * be tabulated here. Code of a user's is never run for a picture: results may come from anyone.
   */
  static Optional<MultiplierPicture> of(JsonObject configuration) {
    if (isSource(configuration)) {
      return Optional.empty();
    }
    Format both = Formats.parse(text(configuration, "format"));
    Format a = format(configuration, "activations", both);
    Format w = format(configuration, "weights", both);
    Format result = format(configuration, "result-format", a);
    if (!isNarrow(a) || !isNarrow(w) || !isNarrow(result)) {
      return Optional.empty();
    }
    boolean rounds = text(configuration, "round-products").equals("true");
    FloatGrid resultGrid = grid(result);
    ProductSetting setting =
        new ProductSetting(
            grid(a),
            grid(w),
            resultGrid,
            rounds ? new ProductRounding.Nearest(resultGrid) : new ProductRounding.None());
    String name = text(configuration, "multiplier") + (rounds ? ", rounded" : "");
    String formats = a.equals(w) ? a.name() : a.name() + " and " + w.name();
    try {
      ProductModel model = Multipliers.parse(text(configuration, "multiplier"));
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

  /** Whether the multiplier is code of a user's, which has no picture. */
  static boolean isSource(JsonObject configuration) {
    return Multipliers.isSource(text(configuration, "multiplier"));
  }

  private static Format format(JsonObject configuration, String key, Format otherwise) {
    String text = text(configuration, key);
    return text.isEmpty() ? otherwise : Formats.parse(text);
  }

  private static boolean isNarrow(Format format) {
    return format instanceof FloatFormat minifloat && minifloat.bits() <= MAX_BITS;
  }

  private static FloatGrid grid(Format format) {
    FloatFormat minifloat = (FloatFormat) format;
    return new FloatGrid(minifloat, minifloat.standardBias());
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
