package fp8sim.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.cli.frame.HelpText;
import fp8sim.common.OptionNames;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.user.TableDialect;

/** What there is to know about multipliers: every model, dialect of tables, and file. */
public final class MultiplierGuide {
  private static final int WIDTH = 80;
  private static final int COLUMN = 18;

  /** A class that {@code source:} takes; the tests compile it. */
  public static final String SOURCE_EXAMPLE =
      """
      /** Multiplies by the two leading fraction bits of the second operand only. */
      public class TwoBits {
        /** Operands and product as values: for formats of at most 9 bits. */
        public static float multiply(float a, float b) {
          return a * Float.intBitsToFloat(Float.floatToRawIntBits(b) & 0xFFE00000);
        }
      }
      """;

  /** A cost file; the tests read it. */
  public static final String COST_EXAMPLE =
      """
      { "schema": 1, "exact": 1.0, "float32": 8.0, "adder": 0.18, "drum:k=4": 0.45 }
      """;

  private MultiplierGuide() {}

  static String text() {
    StringBuilder text =
        new StringBuilder(
            "Multipliers, as NAME:key=value,key=value (first value"
                + " = default); operands\n(1 + x/n) 2^i and (1 + y/n) 2^j with n = 2^M:\n");
    for (MultiplierEntry entry : Multipliers.ALL) {
      text.append('\n').append("  ").append(entry.name()).append('\n');
      line(text, "what", entry.summary());
      if (!entry.options().isEmpty()) {
        line(text, "parameters", entry.options().replace(",", ", ").replace("|", " | "));
      }
      line(text, "product", entry.help().formula());
      line(text, "source", entry.help().source());
      line(text, "example", entry.help().example());
    }
    text.append(
        """

        Dialects of table: files (recognised by name, size and contents where one fits;
        operands of 2 to 12 bits, bits-a= and bits-b= where two widths differ; signed=
        says whether integers are signed, order= how signed ones are ordered, entry=
        whether entries are products of integers, codes or values of results). Each of
        them is written by --convert:

        """);
    for (TableDialect dialect : TableDialect.values()) {
      line(text, OptionNames.of(dialect), dialect.layout());
    }
    text.append(
        """

        A source: file is one Java class with a public constructor without parameters,
        or static methods. It has one of

          int multiply(int codeA, int codeB)   codes in, code of the result out (with
                                               int formats: integers, their product)
          float multiply(float a, float b)     values in, value of the product out

        and must be a function of its operands. For example, TwoBits.java:

        """);
    SOURCE_EXAMPLE.lines().forEach(line -> text.append("  ").append(line).append('\n'));
    text.append(
        """

        Comments in the file of a table or source, "// PDK45_PWR = 0.391 mW" with _AREA
        and _DELAY, say what a multiplier costs; a --cost file of schema 2 names such
        figures for any multiplier and accumulator (docs/cli.md). One of schema 1 has
        the cost of one multiplication, in any unit, by multiplier as the plan names it;
        "exact" must be there, "float32" is for layers that are not quantized (as
        "exact" without it):

        """);
    return text.append("  ").append(COST_EXAMPLE).toString();
  }

  private static void line(StringBuilder text, String label, String value) {
    HelpText.entry(text, "  " + label, value, COLUMN, WIDTH);
  }

  static JsonArray json() {
    JsonArray models = new JsonArray();
    for (MultiplierEntry entry : Multipliers.ALL) {
      JsonObject json = new JsonObject();
      json.addProperty("name", entry.name());
      json.addProperty("summary", entry.summary());
      json.addProperty("parameters", entry.options());
      json.addProperty("product", entry.help().formula());
      json.addProperty("source", entry.help().source());
      json.addProperty("example", entry.help().example());
      models.add(json);
    }
    return models;
  }
}
