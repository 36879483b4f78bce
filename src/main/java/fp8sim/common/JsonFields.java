package fp8sim.common;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
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
    return new JsonFields(file.toString(), "", JsonFile.read(file));
  }

  /** Parses one JSON object (RFC 8259, nothing after it); {@code file} is for messages. */
  public static JsonFields parse(String file, String text) {
    return new JsonFields(file, "", JsonFile.parse(file, text));
  }

  /** The file this object was read from, as messages name it. */
  public String file() {
    return file;
  }

  /** A copy of the whole object. */
  public JsonObject copy() {
    return object.deepCopy();
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

  /** A value of any kind. */
  public JsonElement element(String key) {
    return require(key);
  }

  /** The elements of an array. */
  public List<JsonElement> elements(String key) {
    if (require(key) instanceof JsonArray array) {
      return array.asList();
    }
    throw wrong(key, "an array");
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
