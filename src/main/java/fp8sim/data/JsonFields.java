package fp8sim.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import fp8sim.ExitCode;
import fp8sim.Fp8simException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object read strictly: every wrong type and, in {@link #finish}, every key that nobody
 * asked for is one clear line with file and key (exit code 3).
 */
public final class JsonFields {
  private final String file;
  private final String path;
  private final JsonObject object;
  private final TreeSet<String> asked = new TreeSet<>();

  private JsonFields(String file, String path, JsonObject object) {
    this.file = file;
    this.path = path;
    this.object = object;
  }

  /** Reads the object in a UTF-8 file. */
  public static JsonFields read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw Fp8simException.input(file + ": no such file");
    } catch (IOException e) {
      throw FileProblems.unreadable(file.toString(), e);
    }
  }

  /** Parses one JSON object (RFC 8259, nothing after it); {@code file} is for messages. */
  public static JsonFields parse(String file, String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("text after the end of the object");
      }
      if (!element.isJsonObject()) {
        throw new MalformedJsonException("a JSON object in braces is expected");
      }
      return new JsonFields(file, "", element.getAsJsonObject());
    } catch (IOException | JsonParseException | IllegalStateException e) {
      throw new Fp8simException(ExitCode.INPUT, file + ": not valid JSON: " + firstLine(e), e);
    }
  }

  private static String firstLine(Exception e) {
    Throwable root = e.getCause() == null ? e : e.getCause();
    String message = String.valueOf(root.getMessage());
    return message.lines().findFirst().orElse(root.getClass().getSimpleName());
  }

  /** The file this object was read from, as messages name it. */
  public String file() {
    return file;
  }

  public boolean has(String key) {
    asked.add(key);
    return object.has(key);
  }

  /** All keys, in the order of the file; they count as asked for. */
  public List<String> keys() {
    asked.addAll(object.keySet());
    return List.copyOf(object.keySet());
  }

  public String string(String key) {
    JsonElement value = require(key);
    if (value instanceof JsonPrimitive p && p.isString()) {
      return p.getAsString();
    }
    throw wrong(key, "a string");
  }

  public @Nullable String stringOrNull(String key) {
    return has(key) ? string(key) : null;
  }

  /** The constant of {@code values} that {@code spelling} writes as this key's string. */
  public <T> T oneOf(String key, List<T> values, Function<T, String> spelling) {
    String text = string(key);
    for (T value : values) {
      if (spelling.apply(value).equals(text)) {
        return value;
      }
    }
    String known = String.join(", ", values.stream().map(spelling).toList());
    throw fail(key, "is \"" + text + "\"; known are " + known);
  }

  /** An integer with {@code min <= value <= max}. */
  public int integer(String key, int min, int max) {
    return integer(require(key), key, min, max);
  }

  public int integer(String key, int min, int max, int otherwise) {
    return has(key) ? integer(key, min, max) : otherwise;
  }

  private int integer(JsonElement value, String key, int min, int max) {
    if (value instanceof JsonPrimitive p && p.isNumber()) {
      double number = p.getAsDouble();
      if (number == Math.rint(number) && number >= min && number <= max) {
        return (int) number;
      }
    }
    throw wrong(key, "an integer from " + min + " to " + max);
  }

  public double number(String key) {
    return number(require(key), key);
  }

  private double number(JsonElement value, String key) {
    if (value instanceof JsonPrimitive p && p.isNumber() && Double.isFinite(p.getAsDouble())) {
      return p.getAsDouble();
    }
    throw wrong(key, "a number");
  }

  /** A number, as an array of one, or an array of at least one number. */
  public double[] numbers(String key) {
    if (!(require(key) instanceof JsonArray array)) {
      return new double[] {number(key)};
    }
    if (array.isEmpty()) {
      throw wrong(key, "a number, or an array of numbers");
    }
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(array.get(i), key + "[" + i + "]");
    }
    return numbers;
  }

  /** Whether the value is an array. */
  public boolean isArray(String key) {
    return has(key) && object.get(key).isJsonArray();
  }

  /** Whether the value is an object. */
  public boolean isObject(String key) {
    return has(key) && object.get(key).isJsonObject();
  }

  /** An array of integers, each with {@code min <= value <= max}. */
  public int[] integers(String key, int min, int max) {
    if (!(require(key) instanceof JsonArray array)) {
      throw wrong(key, "an array of integers");
    }
    int[] integers = new int[array.size()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = integer(array.get(i), key + "[" + i + "]", min, max);
    }
    return integers;
  }

  public JsonFields object(String key) {
    if (require(key) instanceof JsonObject inner) {
      return new JsonFields(file, path + key + ".", inner);
    }
    throw wrong(key, "an object");
  }

  /** An array of objects. */
  public List<JsonFields> objects(String key) {
    if (!(require(key) instanceof JsonArray array)) {
      throw wrong(key, "an array of objects");
    }
    List<JsonFields> objects = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      String name = key + "[" + i + "]";
      if (!(array.get(i) instanceof JsonObject inner)) {
        throw wrong(name, "an object");
      }
      objects.add(new JsonFields(file, path + name + ".", inner));
    }
    return objects;
  }

  /** Refuses a file of another schema than {@code version}. */
  public void checkSchema(int version) {
    if (integer("schema", 0, Integer.MAX_VALUE) != version) {
      throw fail("schema", "is " + object.get("schema") + "; this fp8sim reads " + version);
    }
  }

  /** Refuses keys that were never asked for: call it after reading. */
  public void finish() {
    for (String key : object.keySet()) {
      if (!asked.contains(key)) {
        throw Fp8simException.input(
            "%s: unknown key \"%s%s\"; known are %s"
                .formatted(file, path, key, String.join(", ", asked)));
      }
    }
  }

  /** The failure that this key's value {@code says}, for example "is negative". */
  public Fp8simException fail(String key, String says) {
    return Fp8simException.input("%s: \"%s%s\" %s".formatted(file, path, key, says));
  }

  private JsonElement require(String key) {
    if (!has(key)) {
      throw Fp8simException.input("%s: \"%s%s\" is missing".formatted(file, path, key));
    }
    return object.get(key);
  }

  private Fp8simException wrong(String key, String expected) {
    return fail(key, "must be " + expected);
  }
}
