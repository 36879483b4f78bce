package fp8sim.multiplier;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a two-dimensional float32 NumPy file (format versions 1 to 3). */
final class NpyTable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MIN_SIZE = 12;
  private static final Pattern HEADER =
      Pattern.compile(
          "'descr': *'<f4'.*'fortran_order': *False.*'shape': *\\((\\d{1,5}), *(\\d{1,5}),?\\)");

  private NpyTable() {}

  static TableFile read(Path file, byte[] content) {
    boolean isNpy = content.length > MIN_SIZE && Arrays.mismatch(content, MAGIC) == MAGIC.length;
    if (!isNpy) {
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
    if (!matcher.find()) {
      throw TableFile.bad(file, "must be a little-endian float32 matrix in C order");
    }
    int rows = Integer.parseInt(matcher.group(1));
    int columns = Integer.parseInt(matcher.group(2));
    if (content.length - dataAt != 4L * rows * columns) {
      throw TableFile.bad(file, "is truncated: it does not hold " + rows + " x " + columns);
    }
    double[] entries = new double[rows * columns];
    Arrays.setAll(entries, i -> buffer.getFloat(dataAt + 4 * i));
    return new TableFile(rows, columns, entries);
  }
}
