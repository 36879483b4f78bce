package fp8sim.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFields;
import fp8sim.common.JsonFile;
import fp8sim.image.Preprocess;
import fp8sim.image.PreprocessReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's card, {@code NAME.json} beside {@code NAME.onnx} (schema 1): what the network expects
 * and returns. What it says replaces what the dataset's description says.
 *
 * @param model file name of the model
 * @param dataset the dataset the network was trained for, as {@code --data} takes it
 * @param labelOffset added to a class to get the index of its output
 * @param output what the outputs are
 * @param float32 measured float32 results: {@code top1}, {@code top5} (fractions), {@code loss},
 *     {@code perplexity}, {@code images}, {@code tokens}; empty if none are stated
 * @param json the card as it stands
 */
public record ModelCard(
    String model,
    @Nullable String dataset,
    @Nullable Integer labelOffset,
    Output output,
    @Nullable Preprocess preprocess,
    Map<String, Double> float32,
    JsonObject json) {
  private static final int SCHEMA = 1;
  private static final List<String> OTHERS = List.of("command", "quantizers");
  private static final int MAX_OFFSET = 1 << 24;

  /** What a network returns for each class. */
  public enum Output {
    LOGITS,
    PROBABILITIES;

    /** As in cards. */
    public String spelling() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads a card.
   *
   * @throws Fp8simException if the file cannot be read or is not as the schema says
   */
  public static ModelCard load(Path file) {
    return of(JsonFields.read(file));
  }

  /** Where the card of a model file is looked for: beside it, {@code .json} for {@code .onnx}. */
  public static Path fileBeside(Path model) {
    return model.resolveSibling(stem(model) + ".json");
  }

  /** A model's file name without its extension. */
  static String stem(Path model) {
    String name = String.valueOf(model.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /**
   * Whether a file is a card rather than another JSON file: it has a schema and names a model, and
   * is neither a result nor a file of ranges, which do that too.
   */
  public static boolean isCard(Path file) {
    JsonObject json;
    try {
      json = JsonFile.read(file);
    } catch (Fp8simException e) {
      return false;
    }
    return json.has("schema") && json.has("model") && OTHERS.stream().noneMatch(json::has);
  }

  public static ModelCard of(JsonFields fields) {
    fields.checkSchema(SCHEMA);
    ModelCard card =
        new ModelCard(
            fields.string("model"),
            fields.stringOrNull("dataset"),
            fields.has("labelOffset")
                ? (Integer) fields.integer("labelOffset", -MAX_OFFSET, MAX_OFFSET)
                : null,
            fields.has("output")
                ? fields.oneOf("output", List.of(Output.values()), Output::spelling)
                : Output.LOGITS,
            fields.has("preprocess") ? PreprocessReader.read(fields, "preprocess") : null,
            fields.has("float32") ? results(fields.object("float32")) : Map.of(),
            fields.copy());
    fields.integer("parameters", 0, Integer.MAX_VALUE, 0);
    fields.stringOrNull("source");
    fields.stringOrNull("licence");
    fields.finish();
    return card;
  }

  /**
   * The card of a network that was made from this one. It has no results of float32.
   *
   * @param file name of its model
   * @param origin how it was made
   */
  public JsonObject derived(String file, String origin) {
    JsonObject derived = json.deepCopy();
    derived.addProperty("model", file);
    derived.remove("float32");
    JsonElement source = json.get("source");
    derived.addProperty("source", source == null ? origin : origin + "; " + source.getAsString());
    return derived;
  }

  private static Map<String, Double> results(JsonFields fields) {
    Map<String, Double> results = new LinkedHashMap<>();
    for (String key : List.of("top1", "top5", "loss", "perplexity", "images", "tokens")) {
      if (fields.has(key)) {
        results.put(key, fields.number(key));
      }
    }
    fields.finish();
    return results;
  }
}
