package fp8sim.quant;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ranges that other programs found, by the names of tensors: encodings of AIMET (versions 0.6.1 and
 * 1.0.0), and of ONNX Runtime {@code {tensor: [min, max]}}, its {@code TensorsData} and its {@code
 * TensorQuantOverrides} with {@code rmin} and {@code rmax}.
 */
public record TensorRangesFile(Map<String, List<ValueRange>> byTensor) {
  private static final String ACTIVATIONS = "activation_encodings";
  private static final String PARAMETERS = "param_encodings";
  private static final int MAX_BITS = 32;

  /**
   * Reads a file; empty if it is one for {@link RangesFile}.
   *
   * @throws Fp8simException (input) one line that names the file and what is wrong in it
   */
  public static Optional<TensorRangesFile> find(Path file) {
    JsonObject json = JsonFile.read(file);
    boolean isOwn = json.has("schema") || json.has("quantizers");
    return isOwn && !json.has(ACTIVATIONS)
        ? Optional.empty()
        : Optional.of(new Reader(file).read(json));
  }

  private record Reader(Path file) {
    TensorRangesFile read(JsonObject json) {
      Map<String, List<ValueRange>> ranges = new LinkedHashMap<>();
      if (json.has(ACTIVATIONS)) {
        addEncodings(json.get(ACTIVATIONS), ranges);
        addEncodings(json.get(PARAMETERS), ranges);
      } else {
        boolean wrapped = json.has("CLS") && json.get("data") instanceof JsonObject;
        JsonObject tensors = wrapped ? json.getAsJsonObject("data") : json;
        tensors.entrySet().forEach(e -> ranges.put(e.getKey(), range(e.getKey(), e.getValue())));
      }
      if (ranges.isEmpty()) {
        throw wrong("the file", "has no tensors");
      }
      return new TensorRangesFile(ranges);
    }

    /** By name (0.6.1), or a list of encodings that have one (1.0.0). */
    private void addEncodings(
        @Nullable JsonElement encodings, Map<String, List<ValueRange>> ranges) {
      switch (encodings) {
        case null -> {}
        case JsonObject byName ->
            byName.entrySet().forEach(entry -> addOld(entry.getKey(), entry.getValue(), ranges));
        case JsonArray list -> list.forEach(encoding -> addNew(encoding, ranges));
        default -> throw wrong(ACTIVATIONS, "is neither an object nor a list");
      }
    }

    private void addOld(String name, JsonElement channels, Map<String, List<ValueRange>> ranges) {
      List<ValueRange> all = new ArrayList<>();
      for (JsonElement channel : array(name, channels)) {
        JsonObject encoding = object(name, channel);
        if (isFloat(encoding)) {
          return;
        }
        float max = number(name, encoding.get("max"));
        boolean symmetric = isTrue(encoding.get("is_symmetric"));
        all.add(range(name, symmetric ? -max : number(name, encoding.get("min")), max));
      }
      put(ranges, name, all);
    }

    private void put(Map<String, List<ValueRange>> ranges, String name, List<ValueRange> all) {
      if (all.isEmpty()) {
        throw wrong(name, "has no ranges");
      }
      ranges.put(name, all);
    }

    private void addNew(JsonElement element, Map<String, List<ValueRange>> ranges) {
      JsonObject encoding = object(ACTIVATIONS, element);
      if (!(encoding.get("name") instanceof JsonPrimitive given)) {
        throw wrong(ACTIVATIONS, "an encoding has no name");
      }
      String name = given.getAsString();
      if (isFloat(encoding)) {
        return;
      }
      float bits = number(name, encoding.get("bw"));
      if (bits != Math.rint(bits) || bits < 1 || bits > MAX_BITS) {
        throw wrong(name, "bw is " + bits);
      }
      boolean symmetric = isTrue(encoding.get("is_sym"));
      JsonArray scales = array(name, encoding.get("scale"));
      JsonArray offsets = array(name, encoding.get("offset"));
      if (scales.size() != offsets.size()) {
        throw wrong(name, "scale and offset differ in length");
      }
      List<ValueRange> all = new ArrayList<>();
      for (int i = 0; i < scales.size(); i++) {
        float scale = number(name, scales.get(i));
        float offset = number(name, offsets.get(i));
        float max = (float) (offset + Math.scalb(1.0, (int) bits) - 1) * scale;
        all.add(range(name, symmetric ? -max : offset * scale, max));
      }
      put(ranges, name, all);
    }

    /** Formats of AIMET that are floating point have no range. */
    private static boolean isFloat(JsonObject encoding) {
      return encoding.get("dtype") instanceof JsonPrimitive type
          && type.getAsString().equalsIgnoreCase("float");
    }

    private static boolean isTrue(@Nullable JsonElement element) {
      return element != null
          && element.isJsonPrimitive()
          && element.getAsString().equalsIgnoreCase("true");
    }

    /** {@code [min, max]}, {@code {lowest, highest}}, or {@code [{rmin, rmax}, ...]}. */
    private List<ValueRange> range(String name, JsonElement element) {
      if (element instanceof JsonObject data) {
        return List.of(
            range(name, number(name, data.get("lowest")), number(name, data.get("highest"))));
      }
      JsonArray array = array(name, element);
      if (!array.isEmpty() && array.get(0).isJsonObject()) {
        List<ValueRange> all = new ArrayList<>();
        for (JsonElement channel : array) {
          JsonObject part = object(name, channel);
          all.add(range(name, number(name, part.get("rmin")), number(name, part.get("rmax"))));
        }
        return all;
      }
      if (array.size() != 2) {
        throw wrong(name, "is not [min, max]");
      }
      return List.of(range(name, number(name, array.get(0)), number(name, array.get(1))));
    }

    private ValueRange range(String name, float min, float max) {
      try {
        return ValueRange.of(min, max);
      } catch (IllegalArgumentException e) {
        throw wrong(name, String.valueOf(e.getMessage()));
      }
    }

    /** A number, a list of one, or a NumPy array as ONNX Runtime writes it. */
    private float number(String name, @Nullable JsonElement element) {
      if (element instanceof JsonObject wrapped && wrapped.has("data")) {
        return number(name, wrapped.get("data"));
      }
      if (element instanceof JsonArray list && list.size() == 1) {
        return number(name, list.get(0));
      }
      if (element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
        return element.getAsFloat();
      }
      throw wrong(name, "its range has something that is no number, or lacks one");
    }

    private JsonArray array(String name, @Nullable JsonElement element) {
      if (element instanceof JsonArray array) {
        return array;
      }
      throw wrong(name, "is no list");
    }

    private JsonObject object(String name, JsonElement element) {
      if (element instanceof JsonObject object) {
        return object;
      }
      throw wrong(name, "is no object");
    }

    private Fp8simException wrong(String where, String what) {
      return Fp8simException.input(
          ("%s: %s: %s; ranges are a file of fp8sim calibrate, encodings of AIMET (0.6.1, 1.0.0),"
                  + " or {tensor: [min, max]}")
              .formatted(file, where, what));
    }
  }
}
