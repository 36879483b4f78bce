package fp8sim.npy;

import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of an NPY file, versions 1 to 3 (numpy.lib.format): magic, version, length and a
 * Python dictionary literal with {@code descr}, {@code fortran_order} and {@code shape}.
 *
 * @param dataOffset where the elements start, in bytes
 */
record NpyHeader(
    DataType type, boolean bigEndian, boolean fortranOrder, Shape shape, int dataOffset) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** NumPy itself refuses headers of more than 10,000 bytes unless told otherwise. */
  private static final int MAX_LENGTH = 1 << 16;

  /** The elements start at a multiple of this. */
  private static final int ALIGNMENT = 64;

  private static final Map<DataType, String> TYPE_CODES = new EnumMap<>(DataType.class);

  static {
    TYPE_CODES.put(DataType.FLOAT16, "f2");
    TYPE_CODES.put(DataType.FLOAT, "f4");
    TYPE_CODES.put(DataType.DOUBLE, "f8");
    TYPE_CODES.put(DataType.INT8, "i1");
    TYPE_CODES.put(DataType.INT16, "i2");
    TYPE_CODES.put(DataType.INT32, "i4");
    TYPE_CODES.put(DataType.INT64, "i8");
    TYPE_CODES.put(DataType.UINT8, "u1");
    TYPE_CODES.put(DataType.UINT16, "u2");
    TYPE_CODES.put(DataType.UINT32, "u4");
    TYPE_CODES.put(DataType.UINT64, "u8");
    TYPE_CODES.put(DataType.BOOL, "b1");
  }

  long dataBytes() {
    return (long) shape.elements() * type.bytes();
  }

  static boolean isKnown(DataType type) {
    return TYPE_CODES.containsKey(type);
  }

  /**
   * Reads a header and leaves the stream at the first element.
   *
   * @throws IllegalArgumentException if it is not a header that fp8sim reads; the message does not
   *     name the file
   */
  static NpyHeader read(InputStream in) throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(MAGIC, 0, 6, start, 0, 6)) {
      throw new IllegalArgumentException("not an NPY file: it does not start with \\x93NUMPY");
    }
    if (start[6] < 1 || start[6] > 3) {
      throw new IllegalArgumentException(
          "NPY version %d.%d; versions 1 to 3 are read"
              .formatted(start[6] & 0xff, start[7] & 0xff));
    }
    int lengthBytes = start[6] == 1 ? 2 : 4;
    byte[] length = Arrays.copyOf(exactly(in, lengthBytes), 4);
    long size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xffff_ffffL;
    if (size > MAX_LENGTH) {
      throw new IllegalArgumentException("NPY header of " + size + " bytes; at most " + MAX_LENGTH);
    }
    String text = new String(exactly(in, (int) size), StandardCharsets.UTF_8);
    return new PythonDict(text).toHeader(8 + lengthBytes + (int) size);
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length != count) {
      throw new EOFException();
    }
    return bytes;
  }

  /** The bytes of a version 1 header of a little-endian array in C order. */
  static byte[] write(DataType type, Shape shape) {
    StringBuilder dims = new StringBuilder();
    for (int d : shape.dims()) {
      dims.append(d).append(", ");
    }
    String tuple =
        shape.rank() == 1
            ? dims.toString().strip()
            : dims.isEmpty() ? "" : dims.substring(0, dims.length() - 2);
    String dict =
        "{'descr': '%s%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type.bytes() == 1 ? "|" : "<", TYPE_CODES.get(type), tuple);
    int unpadded = MAGIC.length + 4 + dict.length() + 1;
    int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
    String text = dict + " ".repeat(padding) + "\n";
    return ByteBuffer.allocate(unpadded + padding)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) text.length())
        .put(text.getBytes(StandardCharsets.ISO_8859_1))
        .array();
  }

  /** A parser for just the dictionary that NumPy writes. */
  private static final class PythonDict {
    private final String text;
    private int at;
    private @Nullable String descr;
    private @Nullable Boolean fortranOrder;
    private long @Nullable [] shape;

    PythonDict(String text) {
      this.text = text;
    }

    NpyHeader toHeader(int dataOffset) {
      expect('{');
      while (!skip('}')) {
        String key = string();
        expect(':');
        switch (key) {
          case "descr" -> descr = descr();
          case "fortran_order" -> fortranOrder = bool();
          case "shape" -> shape = tuple();
          default -> throw bad("unknown key '" + key + "'");
        }
        if (!skip(',') && peek() != '}') {
          throw bad("a comma is missing");
        }
      }
      if (peek() != 0) {
        throw bad("text after the dictionary");
      }
      if (descr == null || fortranOrder == null || shape == null) {
        throw bad("descr, fortran_order or shape is missing");
      }
      return new NpyHeader(
          type(descr), descr.charAt(0) == '>', fortranOrder, Shape.of(shape), dataOffset);
    }

    private String descr() {
      if (peek() == '[') {
        throw new IllegalArgumentException("NPY with structured elements; plain numbers are read");
      }
      return string();
    }

    private static DataType type(String descr) {
      for (Map.Entry<DataType, String> entry : TYPE_CODES.entrySet()) {
        boolean ordered = descr.startsWith("<") || descr.startsWith(">");
        boolean oneByte = entry.getKey().bytes() == 1 && descr.startsWith("|");
        if ((ordered || oneByte) && descr.substring(1).equals(entry.getValue())) {
          return entry.getKey();
        }
      }
      throw new IllegalArgumentException(
          "NPY elements of type '%s'; known are float16/32/64, (u)int8 to 64 and bool"
              .formatted(descr));
    }

    private long[] tuple() {
      expect('(');
      long[] dims = new long[64];
      int rank = 0;
      while (!skip(')')) {
        if (rank == dims.length) {
          throw bad("more than 64 dimensions");
        }
        dims[rank++] = number();
        if (!skip(',') && peek() != ')') {
          throw bad("a comma is missing in shape");
        }
      }
      return Arrays.copyOf(dims, rank);
    }

    private long number() {
      peek();
      int from = at;
      while (at < text.length() && Character.isDigit(text.charAt(at))) {
        at++;
      }
      if (from == at || at - from > 18) {
        throw bad("shape holds no dimension between 0 and 10^18");
      }
      long value = Long.parseLong(text.substring(from, at));
      skip('L'); // Python 2 wrote long integers so.
      return value;
    }

    private boolean bool() {
      peek();
      boolean value = text.startsWith("True", at);
      if (!value && !text.startsWith("False", at)) {
        throw bad("fortran_order is neither True nor False");
      }
      at += value ? 4 : 5;
      return value;
    }

    private String string() {
      char quote = peek();
      int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
      if (end < 0) {
        throw bad("a quoted string is missing");
      }
      String value = text.substring(at + 1, end);
      at = end + 1;
      return value;
    }

    private void expect(char c) {
      if (!skip(c)) {
        throw bad("'" + c + "' is missing");
      }
    }

    private boolean skip(char c) {
      if (peek() != c) {
        return false;
      }
      at++;
      return true;
    }

    /** The next character that is not white space, or 0 at the end. */
    private char peek() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private IllegalArgumentException bad(String what) {
      return new IllegalArgumentException("bad NPY header: " + what);
    }
  }
}
