package fp8sim.multiplier.user;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the numbers between the braces of an array in C. */
final class CHeaderTable {
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("[-+]?(0[xX][0-9a-fA-F]+|\\d+)");
  private static final int INT16_BITS = 16;

  private CHeaderTable() {}

  /**
   * Reads an array: of products of up to 16 bits as 16-bit numbers, else as 32-bit ones.
   *
   * @param signed whether 16-bit numbers are
   */
  static TableFile read(Path file, String source, boolean signed, TableSides sides) {
    String code = COMMENT.matcher(source).replaceAll(" ");
    String array = code.substring(Math.max(code.indexOf('{'), 0));
    int count = count(array);
    TableSides found =
        sides
            .of(count)
            .orElseThrow(
                () ->
                    TableFile.bad(
                        file,
                        "has %d numbers between its braces, expected %s"
                            .formatted(count, sides.expected(1))));
    int bitsA = found.bitsA().getAsInt();
    int bitsW = found.bitsB().getAsInt();
    boolean isShort = bitsA + bitsW <= INT16_BITS;
    double[] entries = new double[TableFile.requireEntries(file, bitsA, bitsW)];
    Matcher numbers = NUMBER.matcher(array);
    Arrays.setAll(
        entries,
        i -> {
          numbers.find();
          int number = decoded(file, numbers.group());
          return isShort ? BinaryTable.sixteenBits(number, signed) : number;
        });
    return new TableFile(1 << bitsA, 1 << bitsW, entries);
  }

  private static int count(String array) {
    Matcher numbers = NUMBER.matcher(array);
    int count = 0;
    while (numbers.find()) {
      count++;
    }
    return count;
  }

  private static int decoded(Path file, String number) {
    try {
      boolean isHex = number.toLowerCase(Locale.ROOT).contains("0x");
      return isHex ? Integer.decode(number) : Integer.parseInt(number);
    } catch (NumberFormatException _) {
      throw TableFile.bad(file, "holds the number " + number + ", which is no 32-bit integer");
    }
  }
}
