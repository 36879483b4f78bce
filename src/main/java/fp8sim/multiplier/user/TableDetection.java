package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Recognises the dialect of a table by its name, its size and its first bytes. */
final class TableDetection {
  private static final int START = 4096;

  /** How files of memories are named. */
  private static final Pattern MEMORY = Pattern.compile("(?i)\\.(?:memh?|hex|vmem)$");

  private TableDetection() {}

  /**
   * The only dialect that a file can be.
   *
   * @param sides widths of operands, as far as they are known
   * @throws Fp8simException if it can be several, or none: the message lists them
   */
  static TableDialect of(Path file, TableSides sides) {
    try {
      byte[] start = start(file);
      if (NpyTable.isNpy(start)) {
        return TableDialect.NPY;
      }
      return isText(start)
          ? ofText(file, new String(start, StandardCharsets.US_ASCII))
          : ofBinary(file, sides);
    } catch (IOException e) {
      throw Fp8simException.input(
          "cannot read multiplier table " + file + ": " + TableFile.reason(e), e);
    }
  }

  private static byte[] start(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw TableFile.bad(file, "is a folder");
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return stream.readNBytes(START);
    }
  }

  private static boolean isText(byte[] start) {
    for (byte value : start) {
      boolean isSpace = value == ' ' || (value >= '\t' && value <= '\r');
      if (!isSpace && (value < ' ' || value == 0x7F)) {
        return false;
      }
    }
    return start.length > 0;
  }

  private static TableDialect ofText(Path file, String start) throws IOException {
    if (start.contains("{")) {
      return TableDialect.C_INT16;
    }
    if (start.contains("@") || MEMORY.matcher(String.valueOf(file.getFileName())).find()) {
      return TableDialect.MEMH;
    }
    return TextRows.numbersInALine(file) == 3 ? TableDialect.TEXT : TableDialect.MATRIX;
  }

  private static TableDialect ofBinary(Path file, TableSides sides) throws IOException {
    long bytes = Files.size(file);
    if (Files.isRegularFile(MantissaManifest.of(file))) {
      return TableDialect.MANTISSA16;
    }
    if (bytes % 2 == 0 && sides.of(bytes / 2).isPresent()) {
      return TableDialect.UINT16LE;
    }
    OptionalInt named = BinaryTable.namedWidth(file);
    if (named.isPresent() && bytes == 1L << (2 * named.getAsInt())) {
      return TableDialect.MANTISSA;
    }
    if (named.isPresent() && bytes == 4L << (2 * named.getAsInt())) {
      return TableDialect.MANTISSA32;
    }
    boolean fitsInts = bytes % 4 == 0 && sides.of(bytes / 4).isPresent();
    boolean isNamed = TableProduct.NAMED.matcher(String.valueOf(file.getFileName())).find();
    if (fitsInts && (isNamed || !sides.equals(TableSides.UNKNOWN))) {
      return TableDialect.INT32LE;
    }
    if (!fitsInts && bytes != 4) {
      throw TableFile.bad(
          file,
          ("has %d bytes, the size of no table (bits-a= and bits-b= name two widths that differ);"
                  + " the dialects are %s")
              .formatted(bytes, TableDialect.names()));
    }
    throw TableFile.bad(
        file,
        ("has %d bytes, which several dialects have: say dialect=int32le (products of integers),"
                + " dialect=mantissa or dialect=mantissa32 (of fractions)")
            .formatted(bytes));
  }
}
