package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A file of products: entries by row (first operand's code) and column (second operand's code). A
 * table of fractions has {@code carry * 2^m + fraction} as entries.
 *
 * @param rows a power of two
 * @param columns a power of two
 * @param entries row by row
 */
record TableFile(int rows, int columns, double[] entries) {
  static final int MIN_BITS = 2;
  static final int MAX_BITS = 12;
  private static final long MAX_BYTES = 1L << 29;

  /** The order of rows and columns. */
  enum Order {
    /** Codes: 0, 1, ..., and then of signed operands the negative ones from the lowest. */
    CODE,
    /** Ascending values. */
    VALUE
  }

  /**
   * Reads a file.
   *
   * @param signed whether integer operands are two's complement, and 16-bit entries too
   * @param order of operands that the file does not name
   */
  static TableFile read(Path file, TableDialect dialect, boolean signed, Order order) {
    try {
      requireReadable(file);
      return switch (dialect) {
        case UINT16LE ->
            ordered(BinaryTable.shorts(file, Files.readAllBytes(file), signed), signed, order);
        case INT32LE -> ordered(BinaryTable.ints(file, Files.readAllBytes(file)), signed, order);
        case C_INT16 ->
            ordered(ProductText.cHeader(file, Files.readString(file), signed), signed, order);
        case TEXT -> ProductText.triples(file, signed);
        case MATRIX -> ProductText.matrix(file, signed, order);
        case MANTISSA -> BinaryTable.mantissas(file, Files.readAllBytes(file));
        case MANTISSA32 -> BinaryTable.wideMantissas(file, Files.readAllBytes(file));
        case NPY -> ordered(NpyTable.read(file, Files.readAllBytes(file)), signed, order);
      };
    } catch (IOException e) {
      throw Fp8simException.input("cannot read multiplier table " + file + ": " + reason(e), e);
    }
  }

  private static void requireReadable(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw bad(file, "is a folder");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw bad(file, "is larger than " + (MAX_BYTES >> 20) + " MiB: no table of 12 x 12 bits is");
    }
  }

  /** Puts negative operands where their codes are. */
  private static TableFile ordered(TableFile table, boolean signed, Order order) {
    return signed && order == Order.VALUE ? table.moved(table.rows / 2, table.columns / 2) : table;
  }

  /** The table whose row and column 0 are these of this table; what is before them follows. */
  private TableFile moved(int firstRow, int firstColumn) {
    double[] moved = new double[entries.length];
    for (int i = 0; i < moved.length; i++) {
      int row = i / columns + firstRow & (rows - 1);
      int column = i % columns + firstColumn & (columns - 1);
      moved[i] = entry(row, column);
    }
    return new TableFile(rows, columns, moved);
  }

  /** The entry of a pair of operand codes. */
  double entry(int row, int column) {
    return entries[row * columns + column];
  }

  /** Width of the first operand. */
  int bitsA() {
    return Integer.numberOfTrailingZeros(rows);
  }

  /** Width of the second operand. */
  int bitsW() {
    return Integer.numberOfTrailingZeros(columns);
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

  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case CharacterCodingException _ -> "not a text file";
      default -> String.valueOf(e.getMessage());
    };
  }

  /** The width of operands of a square table; -1 if the number of entries is none of a table. */
  static int sideBits(long entries, int min, int max) {
    for (int bits = min; bits <= max; bits++) {
      if (entries == 1L << (2 * bits)) {
        return bits;
      }
    }
    return -1;
  }

  static Fp8simException bad(Path file, String message) {
    return Fp8simException.input("multiplier table " + file + " " + message);
  }
}
