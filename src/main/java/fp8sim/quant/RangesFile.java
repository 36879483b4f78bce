package fp8sim.quant;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Calibrated ranges of a network in a file, by the text of their {@link QuantizerId}. Numbers are
 * written so that they read back to the same bits.
 *
 * @param model SHA-256 of the model file, in hexadecimal
 */
public record RangesFile(String model, Ranges ranges) {
  private static final int SCHEMA = 1;

  /** No bias that fits a range of float32 is larger: 2^E - 1 - log2 of the range. */
  private static final int MAX_BIAS = 511;

  private static final Set<String> KEYS = Set.of("schema", "model", "quantizers");
  private static final Set<String> QUANTIZER_KEYS = Set.of("kind", "min", "max", "maxval", "bias");

  /** Writes the file. */
  public void write(Path file) {
    JsonObject all = new JsonObject();
    ranges.byName().forEach((name, range) -> all.add(name, toJson(range)));
    JsonObject json = new JsonObject();
    json.addProperty("schema", SCHEMA);
    json.addProperty("model", model);
    json.add("quantizers", all);
    JsonFile.write(file, json);
  }

  private static JsonObject toJson(CalibratedRange range) {
    JsonObject json = new JsonObject();
    json.addProperty("kind", range.kind().toString());
    json.add("min", array(range, ValueRange::min));
    json.add("max", array(range, ValueRange::max));
    json.add("maxval", array(range, ValueRange::maxval));
    JsonArray biases = new JsonArray();
    range.biases().forEach(biases::add);
    json.add("bias", biases);
    return json;
  }

  private static JsonArray array(CalibratedRange range, ToDoubleFunction<ValueRange> part) {
    JsonArray array = new JsonArray();
    range.ranges().forEach(r -> array.add((float) part.applyAsDouble(r)));
    return array;
  }

  /**
   * Reads a file.
   *
   * @throws Fp8simException one line that names the file and what is wrong in it
   */
  public static RangesFile read(Path file) {
    return new Reader(file).read();
  }

  private record Reader(Path file) {
    RangesFile read() {
      JsonObject json = JsonFile.read(file);
      checkKeys(json, KEYS, "");
      if (!number(json.get("schema"), "schema").equals((float) SCHEMA)) {
        throw wrong("schema", "only schema " + SCHEMA + " is known");
      }
      Map<String, CalibratedRange> quantizers = new LinkedHashMap<>();
      JsonObject all = object(json.get("quantizers"), "quantizers");
      all.entrySet()
          .forEach(
              entry -> quantizers.put(entry.getKey(), range(entry.getKey(), entry.getValue())));
      return new RangesFile(text(json.get("model"), "model"), Ranges.fromFile(quantizers));
    }

    private CalibratedRange range(String name, JsonElement element) {
      JsonObject json = object(element, name);
      checkKeys(json, QUANTIZER_KEYS, name + ".");
      List<Float> min = numbers(json.get("min"), name + ".min");
      List<Float> max = numbers(json.get("max"), name + ".max");
      List<Float> maxval = numbers(json.get("maxval"), name + ".maxval");
      List<Float> bias = numbers(json.get("bias"), name + ".bias");
      boolean sameSize = min.size() == max.size() && min.size() == maxval.size();
      if (min.isEmpty() || !sameSize || !(bias.isEmpty() || bias.size() == min.size())) {
        throw wrong(name, "min, max, maxval and bias need as many elements as there are channels");
      }
      List<ValueRange> ranges = new ArrayList<>();
      for (int i = 0; i < min.size(); i++) {
        try {
          ranges.add(new ValueRange(min.get(i), max.get(i), maxval.get(i)));
        } catch (IllegalArgumentException e) {
          throw wrong(name, String.valueOf(e.getMessage()));
        }
      }
      return new CalibratedRange(
          kind(text(json.get("kind"), name + ".kind"), name),
          ranges,
          bias.stream().map(value -> bias(value, name)).toList());
    }

    private int bias(float value, String name) {
      if (value != Math.rint(value) || Math.abs(value) > MAX_BIAS) {
        throw wrong(name + ".bias", value + " is not an integer in -" + MAX_BIAS + ".." + MAX_BIAS);
      }
      return (int) value;
    }

    private QuantizerKind kind(String text, String name) {
      for (QuantizerKind kind : QuantizerKind.values()) {
        if (kind.toString().equals(text)) {
          return kind;
        }
      }
      throw wrong(name + ".kind", "'" + text + "' is not one of weight, activation, result");
    }

    private void checkKeys(JsonObject json, Set<String> known, String where) {
      for (String key : json.keySet()) {
        if (!known.contains(key)) {
          throw wrong(where + key, "unknown key");
        }
      }
    }

    private JsonObject object(@Nullable JsonElement element, String where) {
      if (element instanceof JsonObject object) {
        return object;
      }
      throw wrong(where, element == null ? "is missing" : "must be an object");
    }

    private String text(@Nullable JsonElement element, String where) {
      if (element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isString()) {
        return element.getAsString();
      }
      throw wrong(where, element == null ? "is missing" : "must be a text");
    }

    private List<Float> numbers(@Nullable JsonElement element, String where) {
      if (!(element instanceof JsonArray array)) {
        throw wrong(where, element == null ? "is missing" : "must be an array of numbers");
      }
      List<Float> numbers = new ArrayList<>();
      array.forEach(part -> numbers.add(number(part, where)));
      return numbers;
    }

    private Float number(@Nullable JsonElement element, String where) {
      if (element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
        return element.getAsFloat();
      }
      throw wrong(where, element == null ? "is missing" : "must be a number");
    }

    private Fp8simException wrong(String where, String what) {
      return Fp8simException.input(
          file + ": " + where + ": " + what + "; write the file anew with fp8sim calibrate");
    }
  }
}
