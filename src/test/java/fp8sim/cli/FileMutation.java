package fp8sim.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages files: bytes of any file; values and keys of one that is JSON. */
final class FileMutation {
  private static final String[] RAW = {
    "0",
    "-1",
    "1",
    "0.5",
    "1e308",
    "-1e400",
    "NaN",
    "Infinity",
    "2147483648",
    "9223372036854775808",
    "1e-320",
    "1" + "0".repeat(400),
    "true",
    "null",
    "\"\"",
    "\"NaN\"",
    "\"\\u0000\\n\\u202e\"",
    "\"..\"",
    "\"" + "x".repeat(5000) + "\"",
    "[]",
    "{}",
    "[[[[]]]]",
    "[".repeat(3000),
    "[".repeat(3000) + "]".repeat(3000),
  };
  private static final String MARK = "@raw@";

  private final Random random;

  FileMutation(Random random) {
    this.random = random;
  }

  /** A file like {@code original} with one to four changes. */
  byte[] mutate(byte[] original) {
    byte[] bytes = original;
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      bytes = random.nextInt(3) > 0 ? json(bytes) : edit(bytes);
    }
    return bytes;
  }

  private byte[] edit(byte[] original) {
    byte[] bytes = original.clone();
    if (bytes.length == 0) {
      return "\0".getBytes(StandardCharsets.UTF_8);
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(6)) {
      case 0 -> bytes[at] = (byte) random.nextInt(256);
      case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 3 -> {
        return insert(bytes, at, RAW[random.nextInt(RAW.length)]);
      }
      case 4 -> {
        int end = Math.min(bytes.length, at + 1 + random.nextInt(16));
        return insert(
            Arrays.copyOf(bytes, at),
            at,
            new String(bytes, end, bytes.length - end, StandardCharsets.ISO_8859_1));
      }
      default -> {
        // Numbers are where most meaning is.
        for (int i = at; i < bytes.length; i++) {
          if (Character.isDigit(bytes[i])) {
            return insert(bytes, i, "9".repeat(1 + random.nextInt(30)));
          }
        }
      }
    }
    return bytes;
  }

  private static byte[] insert(byte[] bytes, int at, String text) {
    byte[] inserted = text.getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[bytes.length + inserted.length];
    System.arraycopy(bytes, 0, all, 0, at);
    System.arraycopy(inserted, 0, all, at, inserted.length);
    System.arraycopy(bytes, at, all, at + inserted.length, bytes.length - at);
    return all;
  }

  /** One change of a value or a key; of a file of JSON Lines that of a line. */
  private byte[] json(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      return changed(text).getBytes(StandardCharsets.UTF_8);
    } catch (RuntimeException noJson) {
      List<String> lines = new ArrayList<>(text.lines().toList());
      if (lines.size() < 2 || !text.startsWith("{")) {
        return edit(bytes);
      }
      int line = random.nextInt(lines.size());
      try {
        lines.set(line, changed(lines.get(line)));
      } catch (RuntimeException noLine) {
        lines.add(line, lines.get(line));
      }
      return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }
  }

  private String changed(String text) {
    JsonElement root = JsonParser.parseString(text);
    List<JsonElement> inner = new ArrayList<>();
    collect(root, inner);
    if (inner.isEmpty()) {
      return RAW[random.nextInt(RAW.length)];
    }
    change(inner.get(random.nextInt(inner.size())));
    return root.toString().replace('"' + MARK + '"', RAW[random.nextInt(RAW.length)]);
  }

  private static void collect(JsonElement element, List<JsonElement> inner) {
    if (element instanceof JsonObject object) {
      inner.add(object);
      object.entrySet().forEach(entry -> collect(entry.getValue(), inner));
    } else if (element instanceof JsonArray array) {
      inner.add(array);
      array.forEach(each -> collect(each, inner));
    }
  }

  private void change(JsonElement element) {
    if (element instanceof JsonObject object && !object.isEmpty()) {
      List<String> keys = List.copyOf(object.keySet());
      String key = keys.get(random.nextInt(keys.size()));
      switch (random.nextInt(5)) {
        case 0 -> object.remove(key);
        case 1 -> object.add("x" + key, object.remove(key));
        case 2 -> object.add(key, object.get(keys.get(random.nextInt(keys.size()))).deepCopy());
        default -> object.addProperty(key, MARK);
      }
    } else if (element instanceof JsonArray array && !array.isEmpty()) {
      int i = random.nextInt(array.size());
      switch (random.nextInt(5)) {
        case 0 -> array.remove(i);
        case 1 -> array.add(array.get(i).deepCopy());
        case 2 -> array.set(i, JsonNull.INSTANCE);
        default -> array.set(i, new JsonPrimitive(MARK));
      }
    }
  }
}
