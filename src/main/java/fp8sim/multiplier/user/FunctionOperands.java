package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import fp8sim.multiplier.MultiplierOptions;
import java.util.OptionalInt;
import java.util.regex.Matcher;

/**
 * What a user's multiplier multiplies.
 *
 * @param bitsA width of the first operand
 * @param bitsB width of the second operand
 * @param signed whether integers are two's complement
 * @param codes whether operands and results are codes of a format, and not integers
 */
public record FunctionOperands(int bitsA, int bitsB, boolean signed, boolean codes) {
  /** The options that {@link #read} reads, for help. */
  public static final String OPTIONS =
      "signed=true|false,entry=integer|code,bits-a=2..12,bits-b=2..12";

  /** What operands and results are. */
  private enum Kind {
    INTEGER,
    CODE
  }

  /**
   * Reads the options; what they leave out, the file's name says ({@code mul8s_1KV8}), and then the
   * declaration of the operands.
   *
   * @param declaredA width of the first operand by its declaration
   * @param declaredB width of the second operand by its declaration
   * @param declaredSigned whether operands are signed by their declaration
   * @throws Fp8simException (usage) if a width is not known
   */
  public static FunctionOperands read(
      MultiplierOptions options,
      String file,
      OptionalInt declaredA,
      OptionalInt declaredB,
      boolean declaredSigned) {
    Matcher named =
        TableProduct.NAMED.matcher(String.valueOf(UserPath.of("multiplier", file).getFileName()));
    boolean isNamed = named.find();
    OptionalInt namedA = isNamed ? width(named.group(1)) : OptionalInt.empty();
    OptionalInt namedB = isNamed && named.group(2) != null ? width(named.group(2)) : namedA;
    boolean codes = options.choice("entry", Kind.class, Kind.INTEGER) == Kind.CODE;
    boolean usual = isNamed ? named.group(3).equals("s") : declaredSigned;
    boolean signed = !codes && options.flag("signed", usual);
    return new FunctionOperands(
        width(options, "bits-a", namedA, declaredA),
        width(options, "bits-b", namedB, declaredB),
        signed,
        codes);
  }

  private static OptionalInt width(String digits) {
    return digits.length() > 2 ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(digits));
  }

  private static int width(
      MultiplierOptions options, String key, OptionalInt named, OptionalInt declared) {
    OptionalInt given = options.optionalInteger(key, "", TableFile.MIN_BITS, TableFile.MAX_BITS);
    OptionalInt usual = named.isPresent() ? named : declared;
    int width = given.orElse(usual.orElse(0));
    if (width < TableFile.MIN_BITS || width > TableFile.MAX_BITS) {
      throw options.error(
          width == 0
              ? "%s=%d..%d is missing: the width of an operand"
                  .formatted(key, TableFile.MIN_BITS, TableFile.MAX_BITS)
              : "operands have %d to %d bits, not %d"
                  .formatted(TableFile.MIN_BITS, TableFile.MAX_BITS, width));
    }
    return width;
  }

  /** The options by which these operands are read again. */
  public String specification() {
    String kind = codes ? "entry=code" : "signed=" + signed + ",entry=integer";
    return kind + ",bits-a=" + bitsA + ",bits-b=" + bitsB;
  }

  /** The integer of a code of the first operand. */
  public long integerA(long code) {
    return integer(code, bitsA);
  }

  /** The integer of a code of the second operand. */
  public long integerB(long code) {
    return integer(code, bitsB);
  }

  /** The product that the low bits of a result are, as many as both operands have. */
  public long product(long result) {
    return integer(result, bitsA + bitsB);
  }

  private long integer(long code, int bits) {
    int unused = Long.SIZE - bits;
    return signed ? code << unused >> unused : code << unused >>> unused;
  }
}
