package fp8sim.common;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.internal.LazilyParsedNumber;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads and writes JSON files strictly as RFC 8259 has it; keys that are given twice are refused.
 * Errors name the file and the place.
 */
public final class JsonFile {
  private static final Gson GSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .setStrictness(Strictness.STRICT)
          .create();

  private JsonFile() {}

  /** Reads the one JSON object in {@code file}. */
  public static JsonObject read(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return parse(file.toString(), reader);
    } catch (NoSuchFileException e) {
      throw Fp8simException.input(file + ": no such file", e);
    } catch (IOException e) {
      throw Fp8simException.input(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Parses the one JSON object in {@code text}; {@code source} names it in errors. */
  public static JsonObject parse(String source, String text) {
    try {
      return parse(source, new StringReader(text));
    } catch (IOException e) {
      throw Fp8simException.input(source + ": not JSON: " + firstLine(e), e);
    }
  }

  /** Writes {@code json}, indented, through {@link OutputFile}. */
  public static void write(Path file, JsonElement json) {
    OutputFile.write(file, format(json));
  }

  /** Returns {@code json} as indented text with a newline at its end. */
  public static String format(JsonElement json) {
    return GSON.toJson(json) + "\n";
  }

  /** A number for JSON, or null for NaN and infinities, which JSON has no words for. */
  public static JsonElement number(Number value) {
    return Double.isFinite(value.doubleValue()) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
  }

  private static JsonObject parse(String source, Reader text) throws IOException {
    JsonReader reader = new JsonReader(text);
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement json = element(source, reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw Fp8simException.input(source + ": more than one JSON value; write one object");
      }
      if (!json.isJsonObject()) {
        throw Fp8simException.input(source + ": not a JSON object; write { ... }");
      }
      return json.getAsJsonObject();
    } catch (MalformedJsonException | EOFException e) {
      throw Fp8simException.input(source + ": not JSON: " + firstLine(e), e);
    }
  }

  /** The next value; the reader limits how deep values nest. */
  private static JsonElement element(String source, JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(source, reader);
      case BEGIN_ARRAY -> {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
          array.add(element(source, reader));
        }
        reader.endArray();
        yield array;
      }
      case STRING -> new JsonPrimitive(reader.nextString());
      case NUMBER -> new JsonPrimitive(new LazilyParsedNumber(reader.nextString()));
      case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
      default -> {
        reader.nextNull();
        yield JsonNull.INSTANCE;
      }
    };
  }

  private static JsonObject object(String source, JsonReader reader) throws IOException {
    JsonObject object = new JsonObject();
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      if (object.has(key)) {
        // Parsers differ in which of them counts.
        throw Fp8simException.input(
            "%s: \"%s\" is given twice; keep one of them"
                .formatted(source, reader.getPath().replaceFirst("^\\$\\.?", "")));
      }
      object.add(key, element(source, reader));
    }
    reader.endObject();
    return object;
  }

  private static String firstLine(Throwable problem) {
    // Gson addresses programmers; its users edit a file.
    return String.valueOf(problem.getMessage())
        .replace(
            "Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON",
            "malformed")
        .lines()
        .findFirst()
        .orElse("");
  }
}
