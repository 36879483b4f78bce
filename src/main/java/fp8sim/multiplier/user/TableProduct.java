package fp8sim.multiplier.user;

import fp8sim.common.OptionNames;
import fp8sim.common.UserPath;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.CostComments;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.MultiplierOptions;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.UnitCost;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Any function of two operands, read from a file.
 *
 * @param file as specified
 * @param signed whether integer operands are two's complement
 * @param order of signed operands in the file
 * @param entry what entries are; of no meaning in a table of mantissas
 * @param costs as comments of the file name them
 */
public record TableProduct(
    String file,
    TableDialect dialect,
    boolean signed,
    TableFile.Order order,
    TableEntry entry,
    TableFile table,
    List<UnitCost> costs)
    implements TabulatedProduct {

  /** EvoApproxLib's names: {@code mul8s_1KV8}, {@code mul8x4u_0CY}. */
  static final Pattern NAMED = Pattern.compile("mul(\\d+)(?:x(\\d+))?([su])_");

  /** What the entries of a table are. */
  enum TableEntry {
    /** Products of integers. */
    INTEGER,
    /** Magnitude codes, with sign, of results. */
    CODE,
    /** Values of results. */
    VALUE
  }

  public static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "table",
          "file=F,dialect="
              + TableDialect.names()
              + ",signed=true|false,order=code|value,entry=integer|code|value,bits-a=2..12,"
              + "bits-b=2..12",
          "any function of two codes, two integers or two fractions, from a file",
          new MultiplierEntry.Help(
              "the entry of the two operands",
              "a test bench, EvoApproxLib, TFApprox, ApproxTrain, AdaPT, ApproxTorch ...",
              "table:file=mul8s_1KV8.bin"),
          TableProduct::read);

  private static TableProduct read(MultiplierOptions options) {
    String file = options.required("file");
    Path path = UserPath.of("multiplier table", file);
    TableSides sides = TableSides.read(options, named(file));
    TableDialect dialect =
        options
            .optionalChoice("dialect", TableDialect.class)
            .orElseGet(() -> TableDetection.of(path, sides));
    TableEntry usual = dialect == TableDialect.NPY ? TableEntry.VALUE : TableEntry.INTEGER;
    TableEntry entry = options.choice("entry", TableEntry.class, usual);
    boolean hasSign = !dialect.isOfMantissas() && entry == TableEntry.INTEGER;
    boolean signed = hasSign && readSign(options, file);
    TableFile.Order order =
        dialect == TableDialect.APPROXTORCH ? TableFile.Order.VALUE : TableFile.Order.CODE;
    if (signed) {
      order = options.choice("order", TableFile.Order.class, order);
    }
    TableFile table = TableFile.read(path, dialect, signed, order, sides);
    List<UnitCost> costs =
        dialect.isText()
            ? CostComments.read("multiplier table " + file, TableFile.head(path))
            : List.of();
    return new TableProduct(file, dialect, signed, order, entry, table, costs);
  }

  private static Matcher named(String file) {
    return NAMED.matcher(String.valueOf(UserPath.of("multiplier table", file).getFileName()));
  }

  /** Never guessed from the type of the entries: a C int16 holds unsigned products too. */
  private static boolean readSign(MultiplierOptions options, String file) {
    Matcher named = named(file);
    String value = options.text("signed", named.find() ? named.group(3).equals("s") + "" : "");
    if (!value.equals("true") && !value.equals("false")) {
      throw options.error("signed=true or signed=false must be given for integers in " + file);
    }
    return value.equals("true");
  }

  @Override
  public String name() {
    String name = "table:file=" + FileNames.bracketed(file) + ",dialect=" + OptionNames.of(dialect);
    if (dialect.isOfMantissas()) {
      return name;
    }
    String sign =
        entry != TableEntry.INTEGER
            ? ""
            : signed ? ",signed=true,order=" + OptionNames.of(order) : ",signed=false";
    return name + ",entry=" + OptionNames.of(entry) + sign + sides();
  }

  /** Widths that differ, which the number of entries does not say. */
  private String sides() {
    return table.rows() == table.columns()
        ? ""
        : ",bits-a=" + table.bitsA() + ",bits-b=" + table.bitsW();
  }

  /** The table of fractions that this is, if its dialect is one. */
  MantissaTable mantissas() {
    return new MantissaTable(name(), table);
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    if (dialect.isOfMantissas()) {
      return mantissas().bind(setting);
    }
    return entry == TableEntry.INTEGER
        ? IntegerTable.bind(this, setting)
        : CodeTable.bind(this, setting);
  }
}
