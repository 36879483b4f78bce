package fp8sim.multiplier;

import fp8sim.UserPath;
import fp8sim.format.OptionNames;
import java.nio.file.Path;

/**
 * Any function of two operands, read from a file.
 *
 * @param file as specified
 * @param signed whether integer operands are two's complement
 * @param entry what entries are; of no meaning in a table of mantissas
 */
record TableProduct(
    String file, TableDialect dialect, boolean signed, TableEntry entry, TableFile table)
    implements ProductModel {

  /** What the entries of a table are. */
  enum TableEntry {
    /** Products of integers. */
    INTEGER,
    /** Magnitude codes, with sign, of results. */
    CODE,
    /** Values of results. */
    VALUE
  }

  static final ModelEntry ENTRY =
      new ModelEntry(
          "table",
          "file=F,dialect=uint16le|c-int16|int32le|text|mantissa|npy,signed=true|false,"
              + "entry=integer|code|value",
          "any function of two codes, two 8-bit integers or two mantissas, from a file",
          TableProduct::read);

  private static TableProduct read(ModelOptions options) {
    String file = options.required("file");
    TableDialect dialect = options.requiredChoice("dialect", TableDialect.class);
    TableEntry usual = dialect == TableDialect.NPY ? TableEntry.VALUE : TableEntry.INTEGER;
    TableEntry entry = options.choice("entry", TableEntry.class, usual);
    boolean hasSign = dialect != TableDialect.MANTISSA && entry == TableEntry.INTEGER;
    boolean signed = hasSign && readSign(options, file);
    Path path = UserPath.of("multiplier table", file);
    return new TableProduct(file, dialect, signed, entry, TableFile.read(path, dialect, signed));
  }

  /** Never guessed from the type of the entries: a C int16 holds unsigned products too. */
  private static boolean readSign(ModelOptions options, String file) {
    boolean namedSigned = file.contains("mul8s_");
    boolean namedUnsigned = file.contains("mul8u_");
    String value = options.text("signed", namedSigned ? "true" : namedUnsigned ? "false" : "");
    if (!value.equals("true") && !value.equals("false")) {
      throw options.error("signed=true or signed=false must be given for integers in " + file);
    }
    return value.equals("true");
  }

  @Override
  public String name() {
    return "table:file="
        + FileNames.bracketed(file)
        + ",dialect="
        + OptionNames.of(dialect)
        + (dialect == TableDialect.MANTISSA ? "" : ",entry=" + OptionNames.of(entry))
        + (entry == TableEntry.INTEGER && dialect != TableDialect.MANTISSA
            ? ",signed=" + signed
            : "");
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    if (dialect == TableDialect.MANTISSA) {
      return new MantissaTable(name(), table).bind(setting);
    }
    return entry == TableEntry.INTEGER
        ? IntegerTable.bind(this, setting)
        : CodeTable.bind(this, setting);
  }
}
