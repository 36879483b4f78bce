package fp8sim.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.common.Versions;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.stream.IntStream;

/**
 * Multipliers side by side as one HTML page: a table of measures to sort, and maps of the errors of
 * all pairs of codes. Script, styles and data are in the page, so that it needs no network.
 */
public final class MultiplierPage {
  /** Codes of an operand that a map has room for. */
  private static final int MAX_BITS = 10;

  private final String title;
  private final JsonArray columns = new JsonArray();
  private final JsonArray multipliers = new JsonArray();

  /** A page without multipliers. */
  public MultiplierPage(String title) {
    this.title = title;
  }

  /**
   * Adds a measure to the table.
   *
   * @param key under which multipliers have it
   */
  public void column(String key, String heading, String explanation) {
    JsonObject column = new JsonObject();
    column.addProperty("key", key);
    column.addProperty("heading", heading);
    column.addProperty("explanation", explanation);
    columns.add(column);
  }

  /**
   * Adds a multiplier.
   *
   * @param measures by key
   * @throws Fp8simException (usage) if its operands have more than 10 bits
   */
  public void multiplier(
      String name, ProductSetting setting, ProductTable products, JsonObject measures) {
    if (Math.max(products.bitsA(), products.bitsW()) > MAX_BITS) {
      throw Fp8simException.usage(
          "%s: maps are for operands of at most %d bits".formatted(name, MAX_BITS));
    }
    int[] codesA = finite(setting.a());
    int[] codesW = finite(setting.w());
    ByteBuffer values =
        ByteBuffer.allocate(codesA.length * codesW.length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int a : codesA) {
      for (int w : codesW) {
        values.putFloat((float) products.of(a, w));
      }
    }
    JsonObject json = new JsonObject();
    json.addProperty("name", name);
    json.add("measures", measures);
    json.add("a", operand(setting.a(), codesA));
    json.add("w", operand(setting.w(), codesW));
    json.addProperty("products", Base64.getEncoder().encodeToString(values.array()));
    multipliers.add(json);
  }

  private static int[] finite(Grid grid) {
    return IntStream.range(0, 1 << grid.codeBits()).filter(grid::isFinite).toArray();
  }

  private static JsonObject operand(Grid grid, int[] codes) {
    JsonArray codesOf = new JsonArray();
    JsonArray values = new JsonArray();
    for (int code : codes) {
      codesOf.add(code);
      values.add(grid.value(code));
    }
    JsonObject json = new JsonObject();
    json.addProperty("format", grid.name());
    json.addProperty("bits", grid.codeBits());
    json.add("codes", codesOf);
    json.add("values", values);
    return json;
  }

  /** The whole page. */
  public String html() {
    JsonObject data = new JsonObject();
    data.addProperty("version", Versions.FP8SIM);
    data.add("columns", columns);
    data.add("multipliers", multipliers);
    return new PageTemplate("multipliers.html")
        .title(title)
        .file("SCRIPT", "multipliers.js")
        .data(data)
        .html();
  }
}
