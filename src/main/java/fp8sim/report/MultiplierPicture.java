package fp8sim.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.format.BlockFormat;
import fp8sim.format.Float32;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.IntegerFormat;
import fp8sim.format.TableFormat;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.measure.ErrorMeasures;
import fp8sim.multiplier.model.ChosenMultiplier;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.QuantizerOptions;
import fp8sim.numerics.ResultFormat;
import fp8sim.numerics.StandardProduct;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;

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

  /** What a picture depends on; equal numerics of this kind have equal pictures. */
  record PictureKey(
      ChosenMultiplier multiplier,
      Format activations,
      Format weights,
      ResultFormat resultFormat,
      OptionalInt resultBias,
      boolean roundProducts,
      QuantizerOptions quantizers) {
    static PictureKey of(Numerics numerics) {
      return new PictureKey(
          numerics.product().multiplier(),
          numerics.activations(),
          numerics.weights(),
          numerics.result().format(),
          numerics.result().bias(),
          numerics.product().roundProducts(),
          numerics.quantizers());
    }
  }

  /**
   * The multiplier of numerics, if its operands have at most 8 bits and it can be tabulated. Code
   * of a user's is never run for a picture: results may come from anyone.
   */
  static Optional<MultiplierPicture> of(Numerics numerics) {
    Format a = numerics.activations();
    Format w = numerics.weights();
    ChosenMultiplier multiplier = numerics.product().multiplier();
    if (multiplier.isSource() || !isNarrow(a) || !isNarrow(w)) {
      return Optional.empty();
    }
    String name = multiplier + (numerics.product().roundProducts() ? ", rounded" : "");
    String formats = a.equals(w) ? a.name() : a.name() + " and " + w.name();
    try {
      return StandardProduct.of(numerics).map(product -> of(name, formats, product));
    } catch (Fp8simException e) {
      // A multiplier that is not defined on the formats fails with its points; the page does
      // without.
      return Optional.empty();
    }
  }

  private static MultiplierPicture of(String name, String formats, StandardProduct product) {
    ProductSetting setting = product.setting();
    return new MultiplierPicture(
        name,
        formats,
        ErrorMeasures.of(product.model(), setting),
        RelativeErrors.of(setting, ProductTable.tabulate(product.model(), setting)));
  }

  private static boolean isNarrow(Format format) {
    return switch (format) {
      case FloatFormat minifloat -> minifloat.bits() <= MAX_BITS;
      case IntegerFormat _, TableFormat _ -> true;
      case BlockFormat blocks -> isNarrow(blocks.element());
      case Float32 _ -> false;
    };
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
