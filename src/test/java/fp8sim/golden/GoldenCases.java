package fp8sim.golden;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/** Reads {@code golden.json} and the tensors in {@code golden.bin.gz} from the test resources. */
public final class GoldenCases {
  private static final ByteBuffer BINARY = readBinary();

  private GoldenCases() {}

  /** All cases of a kind; never empty. */
  public static List<Case> ofKind(String kind) {
    try (InputStream in = open("golden.json")) {
      JsonElement[] all =
          new Gson()
              .fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), JsonElement[].class);
      List<Case> cases =
          StreamSupport.stream(List.of(all).spliterator(), false)
              .map(JsonElement::getAsJsonObject)
              .filter(json -> json.get("kind").getAsString().equals(kind))
              .map(Case::new)
              .toList();
      if (cases.isEmpty()) {
        throw new IllegalArgumentException("no golden case of kind " + kind);
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteBuffer readBinary() {
    try (InputStream in = new GZIPInputStream(open("golden.bin.gz"))) {
      return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(GoldenCases.class.getResourceAsStream("/golden/" + name), name);
  }

  /** One case: parameters by name, and tensors by name. */
  public record Case(JsonObject json) {
    public int integer(String key) {
      return json.get(key).getAsInt();
    }

    public boolean flag(String key) {
      return json.get(key).getAsBoolean();
    }

    /** A list of numbers in the case itself. */
    public float[] numbers(String key) {
      return new Gson().fromJson(json.get(key), float[].class);
    }

    public int[] shape(String key) {
      return new Gson().fromJson(json.getAsJsonObject(key).get("shape"), int[].class);
    }

    public float[] floats(String key) {
      float[] values = new float[elements(key)];
      BINARY
          .slice(offset(key), 4 * values.length)
          .order(BINARY.order())
          .asFloatBuffer()
          .get(values);
      return values;
    }

    public int[] ints(String key) {
      int[] values = new int[elements(key)];
      BINARY.slice(offset(key), 4 * values.length).order(BINARY.order()).asIntBuffer().get(values);
      return values;
    }

    private int offset(String key) {
      return json.getAsJsonObject(key).get("offset").getAsInt();
    }

    private int elements(String key) {
      int count = 1;
      for (int size : shape(key)) {
        count *= size;
      }
      return count;
    }

    /** The parameters without the tensors, for messages. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      json.entrySet().stream()
          .filter(entry -> !entry.getValue().isJsonObject())
          .forEach(
              entry ->
                  text.append(entry.getKey()).append('=').append(entry.getValue()).append(' '));
      return text.toString();
    }
  }
}
