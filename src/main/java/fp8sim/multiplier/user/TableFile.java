package fp8sim.multiplier.user;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

  /** Comments stand at the head of a text. */
  private static final int HEAD = 1 << 16;

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
   * @param sides the widths of operands, as far as they are known
   */
  static TableFile read(
      Path file, TableDialect dialect, boolean signed, Order order, TableSides sides) {
    try {
      requireReadable(file);
      TableFile table =
          switch (dialect) {
            case UINT16LE ->
                ordered(BinaryTable.shorts(file, bytes(file), signed, sides), signed, order);
            case INT32LE -> ordered(BinaryTable.ints(file, bytes(file), sides), signed, order);
            case C_INT16 ->
                ordered(CHeaderTable.read(file, text(file), signed, sides), signed, order);
            case MEMH -> ordered(MemhTable.read(file, signed, sides), signed, order);
            case TEXT -> TripleTable.read(file, signed, sides);
            case MATRIX, APPROXTORCH -> MatrixTable.read(file, signed, order);
            case MANTISSA -> BinaryTable.mantissas(file, bytes(file));
            case MANTISSA16 -> MantissaManifest.read(file, bytes(file));
            case MANTISSA32 -> BinaryTable.wideMantissas(file, bytes(file));
            case NPY -> ordered(NpyTable.read(file, bytes(file)), signed, order);
          };
      table.requireSides(file, sides);
      return table;
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

  private static byte[] bytes(Path file) throws IOException {
    requireBytes(file, Files.size(file));
    return Files.readAllBytes(file);
  }

  /** A text that is looked at as a whole, without comments in another copy. */
  private static String text(Path file) throws IOException {
    requireBytes(file, 3 * Files.size(file));
    return Files.readString(file);
  }

  /** The head of a file of text, where comments stand. */
  static String head(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return new String(stream.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw Fp8simException.input("cannot read multiplier table " + file + ": " + reason(e), e);
    }
  }

  /**
   * The number of entries of a table, whose memory is there.
   *
   * @throws Fp8simException (4) if it is not
   */
  static int requireEntries(Path file, int bitsA, int bitsW) {
    int entries = 1 << (bitsA + bitsW);
    requireHeap(file, entries);
    return entries;
  }

  /**
   * Checks that so many numbers fit the Java heap.
   *
   * @throws Fp8simException (4) if they do not
   */
  static void requireHeap(Path file, long numbers) {
    requireBytes(file, numbers * Double.BYTES);
  }

  private static void requireBytes(Path file, long bytes) {
    if (bytes > freeHeap()) {
      System.gc();
      long free = freeHeap();
      if (bytes > free) {
        throw new Fp8simException(
            ExitCode.BACKEND,
            ("multiplier table %s needs %d MiB more of Java heap, of which %d are free; allow more"
                    + " with JDK_JAVA_OPTIONS=-Xmx16g")
                .formatted(file, (bytes >> 20) + 1, free >> 20));
      }
    }
  }

  private static long freeHeap() {
    Runtime java = Runtime.getRuntime();
    return java.maxMemory() - java.totalMemory() + java.freeMemory();
  }

  private void requireSides(Path file, TableSides sides) {
    if (sides.bitsA().orElse(bitsA()) != bitsA() || sides.bitsB().orElse(bitsW()) != bitsW()) {
      throw bad(
          file,
          "is of %d x %d bits, which bits-a=, bits-b= or its name contradicts"
              .formatted(bitsA(), bitsW()));
    }
  }

  /** Puts negative operands where their codes are. */
  private static TableFile ordered(TableFile table, boolean signed, Order order) {
    return signed && order == Order.VALUE ? table.moved(table.rows / 2, table.columns / 2) : table;
  }

  /** The table whose row and column 0 are these of this table; what is before them follows. */
  private TableFile moved(int firstRow, int firstColumn) {
    double[] moved = entries.clone();
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

  /** The failure that a pair of operands has no entry. */
  Fp8simException missing(Path file, int index, boolean signed) {
    return bad(
        file,
        "has no product of %d and %d, which a table of %d x %d bits has"
            .formatted(
                operand(index / columns, bitsA(), signed),
                operand(index % columns, bitsW(), signed),
                bitsA(),
                bitsW()));
  }

  private static int operand(int code, int bits, boolean signed) {
    int unused = Integer.SIZE - bits;
    return signed ? code << unused >> unused : code;
  }

  /** Whether the product of two operands is that of the same in the other order. */
  boolean isSymmetric() {
    for (int i = 0; i < entries.length; i++) {
      if (rows != columns || entries[i] != entry(i % columns, i / columns)) {
        return false;
      }
    }
    return true;
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

  /** The width of fractions of a table; -1 if the number of entries is none of a square one. */
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
