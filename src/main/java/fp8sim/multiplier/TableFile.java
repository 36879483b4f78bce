package fp8sim.multiplier;

import fp8sim.Fp8simException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of products: entries by row (first operand's code) and column (second operand's code).
 *
 * @param entries row by row
 */
record TableFile(int rows, int columns, double[] entries) {
  private static final int SIDE = 256;
  private static final int PAIRS = SIDE * SIDE;
  private static final Pattern C_COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
  private static final Pattern C_NUMBER = Pattern.compile("[-+]?(0[xX][0-9a-fA-F]+|\\d+)");

  /**
   * Reads a file.
   *
   * @param signed whether 16-bit entries are two's complement, and text operands negative
   */
  static TableFile read(Path file, TableDialect dialect, boolean signed) {
    try {
      return switch (dialect) {
        case UINT16LE -> square(shorts(bytes(file, 2 * PAIRS), signed));
        case INT32LE -> square(ints(bytes(file, 4 * PAIRS)));
        case C_INT16 -> square(cHeader(file, Files.readString(file), signed));
        case TEXT -> square(text(file, Files.readString(file), signed));
        case MANTISSA -> mantissa(file, Files.readAllBytes(file));
        case NPY -> NpyTable.read(file, Files.readAllBytes(file));
      };
    } catch (IOException e) {
      throw Fp8simException.input("cannot read multiplier table " + file + ": " + reason(e), e);
    }
  }

  /** The entry of a pair of operand codes. */
  double entry(int row, int column) {
    return entries[row * columns + column];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TableFile file
        && rows == file.rows
        && columns == file.columns
        && Arrays.equals(entries, file.entries);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(entries);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "no such file";
      case MalformedInputException malformed -> "not a text file";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static TableFile square(double[] entries) {
    return new TableFile(SIDE, SIDE, entries);
  }

  private static ByteBuffer bytes(Path file, int expected) throws IOException {
    byte[] content = Files.readAllBytes(file);
    if (content.length != expected) {
      throw bad(file, "has " + content.length + " bytes, expected " + expected + " (256 x 256)");
    }
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static double[] shorts(ByteBuffer buffer, boolean signed) {
    double[] entries = new double[PAIRS];
    Arrays.setAll(entries, i -> sixteenBits(buffer.getShort(2 * i), signed));
    return entries;
  }

  private static double[] ints(ByteBuffer buffer) {
    double[] entries = new double[PAIRS];
    Arrays.setAll(entries, i -> buffer.getInt(4 * i));
    return entries;
  }

  private static int sixteenBits(int value, boolean signed) {
    return signed ? (short) value : value & 0xFFFF;
  }

  private static double[] cHeader(Path file, String source, boolean signed) {
    String code = C_COMMENT.matcher(source).replaceAll(" ");
    Matcher numbers = C_NUMBER.matcher(code.substring(Math.max(code.indexOf('{'), 0)));
    double[] entries = new double[PAIRS];
    int count = 0;
    while (numbers.find()) {
      if (count < PAIRS) {
        entries[count] = sixteenBits(decoded(file, numbers.group()), signed);
      }
      count++;
    }
    if (count != PAIRS) {
      throw bad(file, "has " + count + " numbers between its braces, expected 65536");
    }
    return entries;
  }

  private static int decoded(Path file, String number) {
    try {
      boolean isHex = number.toLowerCase(Locale.ROOT).contains("0x");
      return isHex ? Integer.decode(number) : Integer.parseInt(number);
    } catch (NumberFormatException e) {
      throw bad(file, "holds the number " + number + ", which is no 32-bit integer");
    }
  }

  private static double[] text(Path file, String content, boolean signed) {
    double[] entries = new double[PAIRS];
    Arrays.fill(entries, Double.NaN);
    int line = 0;
    for (String row : content.lines().toList()) {
      line++;
      String[] words = row.strip().split("[\\s,;]+");
      if (row.isBlank() || words[0].startsWith("#")) {
        continue;
      }
      if (words.length != 3) {
        throw bad(file, "line " + line + ": expected 'a b product', found '" + row.strip() + "'");
      }
      int a = operand(file, line, words[0], signed);
      int b = operand(file, line, words[1], signed);
      entries[a * SIDE + b] = number(file, line, words[2]);
    }
    requireAllPairs(file, entries, signed);
    return entries;
  }

  private static int operand(Path file, int line, String word, boolean signed) {
    double value = number(file, line, word);
    int min = signed ? -SIDE / 2 : 0;
    if (value != Math.rint(value) || value < min || value >= min + SIDE) {
      String range = min + ".." + (min + SIDE - 1);
      throw bad(file, "line " + line + ": operand " + word + " is not an integer in " + range);
    }
    return (int) value & (SIDE - 1);
  }

  private static double number(Path file, int line, String word) {
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException e) {
      throw bad(file, "line " + line + ": '" + word + "' is not a number");
    }
  }

  private static void requireAllPairs(Path file, double[] entries, boolean signed) {
    for (int i = 0; i < entries.length; i++) {
      if (Double.isNaN(entries[i])) {
        int a = signed ? (byte) (i / SIDE) : i / SIDE;
        int b = signed ? (byte) (i % SIDE) : i % SIDE;
        throw bad(file, "has no product of " + a + " and " + b);
      }
    }
  }

  private static TableFile mantissa(Path file, byte[] content) {
    int bits = (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(Math.max(content.length, 1))) / 2;
    if (bits < 1 || bits > 7 || content.length != 1 << (2 * bits)) {
      String sizes = "2^m x 2^m (4, 16, 64, 256, 1024, 4096 or 16384)";
      throw bad(file, "has " + content.length + " bytes, expected " + sizes);
    }
    double[] entries = new double[content.length];
    Arrays.setAll(entries, i -> Byte.toUnsignedInt(content[i]));
    return new TableFile(1 << bits, 1 << bits, entries);
  }

  static Fp8simException bad(Path file, String message) {
    return Fp8simException.input("multiplier table " + file + " " + message);
  }
}
