package fp8sim.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of a configuration as people read them. */
final class Texts {
  private Texts() {}

  /** The text without quotes; several values with spaces between; nothing for null. */
  static String of(@Nullable JsonElement value) {
    return switch (value) {
      case JsonPrimitive primitive -> primitive.getAsString();
      case JsonArray array -> {
        List<String> parts = new ArrayList<>();
        array.forEach(part -> parts.add(of(part)));
        yield String.join(" ", parts);
      }
      case null, default -> "";
    };
  }
}
