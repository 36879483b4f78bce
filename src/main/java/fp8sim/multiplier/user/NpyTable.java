package fp8sim.multiplier.user;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a two-dimensional NumPy file of numbers (format versions 1 to 3). */
final class NpyTable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MIN_SIZE = 12;
  private static final Pattern HEADER =
      Pattern.compile(
          "'descr': *'([<|>=])([a-z])(\\d)'.*'fortran_order': *(True|False)"
              + ".*'shape': *\\((\\d{1,5}), *(\\d{1,5}),?\\)");

  /** One number of a file. */
  @FunctionalInterface
  private interface Reader {
    double at(ByteBuffer buffer, int byteIndex);
  }

  private static final Map<String, Reader> TYPES =
      Map.of(
          "f4", ByteBuffer::getFloat,
          "f8", ByteBuffer::getDouble,
          "i1", ByteBuffer::get,
          "u1", (buffer, at) -> Byte.toUnsignedInt(buffer.get(at)),
          "i2", ByteBuffer::getShort,
          "u2", (buffer, at) -> Short.toUnsignedInt(buffer.getShort(at)),
          "i4", ByteBuffer::getInt,
          "u4", (buffer, at) -> Integer.toUnsignedLong(buffer.getInt(at)),
          "i8", ByteBuffer::getLong);

  private NpyTable() {}

  /** What NumPy's files start with. */
  static byte[] magic() {
    return MAGIC.clone();
  }

  /** Whether a file starts as NumPy's do. */
  static boolean isNpy(byte[] start) {
    return start.length > MIN_SIZE && Arrays.mismatch(start, MAGIC) == MAGIC.length;
  }

  static TableFile read(Path file, byte[] content) {
    if (!isNpy(content)) {
      throw TableFile.bad(file, "is not a NumPy file");
    }
    ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    boolean isFirstVersion = content[MAGIC.length] == 1;
    int lengthAt = MAGIC.length + 2;
    int headerAt = lengthAt + (isFirstVersion ? 2 : 4);
    long length =
        isFirstVersion ? buffer.getShort(lengthAt) & 0xFFFF : buffer.getInt(lengthAt) & 0xFFFFFFFFL;
    int dataAt = (int) Math.min(headerAt + length, content.length);
    String header = new String(content, headerAt, dataAt - headerAt, StandardCharsets.ISO_8859_1);
    Matcher matcher = HEADER.matcher(header);
    Reader reader = matcher.find() ? TYPES.get(matcher.group(2) + matcher.group(3)) : null;
    if (reader == null) {
      throw TableFile.bad(
          file, "must be a matrix of integers of 8 to 64 bits, float32 or float64 numbers");
    }
    if (matcher.group(1).equals(">")) {
      buffer.order(ByteOrder.BIG_ENDIAN);
    }
    int bytes = Integer.parseInt(matcher.group(3));
    boolean byColumns = matcher.group(4).equals("True");
    int rows = Integer.parseInt(matcher.group(5));
    int columns = Integer.parseInt(matcher.group(6));
    requireSides(file, rows, columns);
    if (content.length - dataAt != (long) bytes * rows * columns) {
      throw TableFile.bad(file, "is truncated: it does not hold " + rows + " x " + columns);
    }
    double[] entries = new double[rows * columns];
    Arrays.setAll(
        entries,
        i -> {
          int at = byColumns ? i % columns * rows + i / columns : i;
          return reader.at(buffer, dataAt + bytes * at);
        });
    return new TableFile(rows, columns, entries);
  }

  private static void requireSides(Path file, int rows, int columns) {
    for (int side : new int[] {rows, columns}) {
      // Codes of a format with a bit more for values above its top.
      if (Integer.bitCount(side) != 1 || side > 1 << TableFile.MAX_BITS || side < 2) {
        throw TableFile.bad(
            file,
            "is %d x %d: the sides of a table are powers of two up to %d"
                .formatted(rows, columns, 1 << TableFile.MAX_BITS));
      }
    }
  }
}
