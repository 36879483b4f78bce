package fp8sim.common;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A short list of numbers in a file: text (numbers between white space or commas, {@code #} starts
 * a comment), CSV with a header that names a column {@code value}, JSON (an array, or an object
 * with the array {@code values}), or NumPy's {@code .npy}. {@code nan}, {@code inf} and {@code
 * -inf} may stand for numbers; hexadecimal numbers are written as {@code 0x1.8p-3}.
 */
public final class NumberList {
  private static final int MAX_BYTES = 1 << 20;
  private static final byte[] NPY = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final String COLUMN = "value";
  private static final String KEY = "values";

  private static final Pattern NPY_HEADER =
      Pattern.compile(
          "'descr': *'([<|>=])([fiu][1248])'.*'fortran_order': *(?:True|False)"
              + ".*'shape': *\\((\\d{1,9}),?\\)");
  private static final Pattern NUMBER =
      Pattern.compile(
          "[+-]?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d{1,6})?"
              + "|0[xX](?:[0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)[pP][+-]?\\d{1,6})");

  private NumberList() {}

  /**
   * The numbers of a file, in its order.
   *
   * @throws Fp8simException (input) one line with the file and what is wrong in it
   */
  public static List<Double> read(Path file) {
    String name = file.toString();
    try {
      if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
        throw FileProblems.bad(name, "is too large for a list of numbers (at most 1 MiB)");
      }
      byte[] content = Files.readAllBytes(file);
      if (Arrays.mismatch(content, NPY) == NPY.length) {
        return npy(name, content);
      }
      String text = new String(content, StandardCharsets.UTF_8).strip();
      boolean isJson = text.startsWith("[") || text.startsWith("{");
      return isJson ? json(name, text) : text(name, text);
    } catch (IOException e) {
      throw FileProblems.unreadable(name, e);
    }
  }

  private static List<Double> text(String file, String text) {
    List<Double> numbers = new ArrayList<>();
    int column = -1;
    int line = 0;
    for (String raw : text.split("\\R", -1)) {
      line++;
      String content = raw.replaceFirst("#.*", "").strip();
      if (content.isEmpty()) {
        continue;
      }
      List<String> cells = List.of(content.split("\\s*[,;\\s]\\s*", -1));
      int header = numbers.isEmpty() && column < 0 ? lowerCase(cells).indexOf(COLUMN) : -1;
      if (header >= 0) {
        column = header;
      } else if (column >= 0) {
        String cell = column < cells.size() ? cells.get(column) : "";
        numbers.add(number(file, "line " + line, cell));
      } else {
        for (String cell : cells) {
          numbers.add(number(file, "line " + line, cell));
        }
      }
    }
    return numbers;
  }

  private static List<String> lowerCase(List<String> cells) {
    return cells.stream().map(cell -> cell.toLowerCase(Locale.ROOT)).toList();
  }

  private static double number(String file, String where, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    switch (lower) {
      case "nan" -> {
        return Double.NaN;
      }
      case "inf", "+inf", "infinity", "+infinity" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-inf", "-infinity" -> {
        return Double.NEGATIVE_INFINITY;
      }
      default -> {
        if (NUMBER.matcher(text).matches()) {
          double value = Double.parseDouble(text);
          if (Double.isFinite(value)) {
            return value;
          }
        }
      }
    }
    throw FileProblems.bad(file, "%s: '%s' is not a number".formatted(where, shortened(text)));
  }

  private static String shortened(String text) {
    return text.length() > 20 ? text.substring(0, 20) + "..." : text;
  }

  private static List<Double> json(String file, String text) {
    String object = text.startsWith("[") ? "{\"" + KEY + "\":" + text + "}" : text;
    JsonObject json = JsonFile.parse(file, object);
    if (!(json.get(KEY) instanceof JsonArray array)) {
      throw FileProblems.bad(file, "needs an array of numbers, or an object with \"values\"");
    }
    List<Double> numbers = new ArrayList<>();
    for (JsonElement element : array) {
      String where = KEY + "[" + numbers.size() + "]";
      if (element instanceof JsonNull) {
        numbers.add(Double.NaN);
      } else if (element instanceof JsonPrimitive primitive && !primitive.isBoolean()) {
        numbers.add(number(file, where, primitive.getAsString()));
      } else {
        throw FileProblems.bad(file, where + ": must be a number");
      }
    }
    return numbers;
  }

  private static List<Double> npy(String file, byte[] content) {
    ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int lengthAt = NPY.length + 2;
    boolean isFirstVersion = content.length > NPY.length && content[NPY.length] == 1;
    int headerAt = lengthAt + (isFirstVersion ? Short.BYTES : Integer.BYTES);
    if (content.length < headerAt) {
      throw FileProblems.bad(file, "truncated: the file ends in its header");
    }
    long length =
        isFirstVersion
            ? Short.toUnsignedInt(buffer.getShort(lengthAt))
            : Integer.toUnsignedLong(buffer.getInt(lengthAt));
    int dataAt = (int) Math.min(headerAt + length, content.length);
    String header = new String(content, headerAt, dataAt - headerAt, StandardCharsets.ISO_8859_1);
    Matcher matcher = NPY_HEADER.matcher(header);
    if (!matcher.find()) {
      throw FileProblems.bad(file, "must hold one axis of numbers of 1 to 8 bytes");
    }
    String type = matcher.group(2);
    int count = Integer.parseInt(matcher.group(3));
    int bytes = type.charAt(1) - '0';
    if (content.length - dataAt != (long) count * bytes) {
      throw FileProblems.bad(file, "its header promises %d numbers".formatted(count));
    }
    boolean isBig = matcher.group(1).equals(">");
    buffer.order(isBig ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(element(file, buffer, type, dataAt + i * bytes));
    }
    return numbers;
  }

  private static double element(String file, ByteBuffer buffer, String type, int at) {
    return switch (type) {
      case "f2" -> Float.float16ToFloat(buffer.getShort(at));
      case "f4" -> buffer.getFloat(at);
      case "f8" -> buffer.getDouble(at);
      case "i1" -> buffer.get(at);
      case "u1" -> Byte.toUnsignedInt(buffer.get(at));
      case "i2" -> buffer.getShort(at);
      case "u2" -> Short.toUnsignedInt(buffer.getShort(at));
      case "i4" -> buffer.getInt(at);
      case "u4" -> Integer.toUnsignedLong(buffer.getInt(at));
      case "i8" -> buffer.getLong(at);
      default -> throw FileProblems.bad(file, "holds elements of type " + type);
    };
  }
}
