package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Recognises the dialect of a table by its name, its size and its first bytes. */
final class TableDetection {
  private static final int START = 4096;

  private TableDetection() {}

  /**
   * The only dialect that a file can be.
   *
   * @throws Fp8simException if it can be several, or none: the message lists them
   */
  static TableDialect of(Path file) {
    try {
      byte[] start = start(file);
      if (NpyTable.isNpy(start)) {
        return TableDialect.NPY;
      }
      return isText(start)
          ? ofText(file, new String(start, StandardCharsets.US_ASCII))
          : ofBinary(file);
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
    return ProductText.numbersInALine(file) == 3 ? TableDialect.TEXT : TableDialect.MATRIX;
  }

  private static TableDialect ofBinary(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes % 2 == 0
        && TableFile.sideBits(bytes / 2, TableFile.MIN_BITS, TableFile.MAX_BITS) > 0) {
      return TableDialect.UINT16LE;
    }
    OptionalInt named = BinaryTable.namedWidth(file);
    if (named.isPresent() && bytes == 1L << (2 * named.getAsInt())) {
      return TableDialect.MANTISSA;
    }
    if (named.isPresent() && bytes == 4L << (2 * named.getAsInt())) {
      return TableDialect.MANTISSA32;
    }
    boolean fitsInts =
        bytes % 4 == 0 && TableFile.sideBits(bytes / 4, TableFile.MIN_BITS, TableFile.MAX_BITS) > 0;
    if (fitsInts && TableProduct.NAMED_SIGN.matcher(String.valueOf(file.getFileName())).find()) {
      return TableDialect.INT32LE;
    }
    if (!fitsInts && bytes != 4) {
      throw TableFile.bad(
          file,
          "has %d bytes, the size of no table; the dialects are %s"
              .formatted(bytes, TableDialect.names()));
    }
    throw TableFile.bad(
        file,
        ("has %d bytes, which several dialects have: say dialect=int32le (products of integers),"
                + " dialect=mantissa or dialect=mantissa32 (of fractions)")
            .formatted(bytes));
  }
}
