package fp8sim.data.source;

import fp8sim.common.JsonFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of the evaluated or the calibration part of a dataset.
 *
 * @param images file, folder or array name by input name; {@link SampleSource#ONLY_INPUT} for one
 */
public record DataPart(
    @Nullable String file, Map<String, String> images, @Nullable String labels, IndexRange range) {
  /** What networks call token ids. */
  public static final String INPUT_IDS = "input_ids";

  /** Reads the part's keys; a calibration part {@code inherits} what it does not say. */
  public static DataPart read(JsonFields fields, Layout layout, @Nullable DataPart inherits) {
    for (String key : List.of("file", "labels", "tokens")) {
      if (!layout.has(key) && fields.has(key)) {
        throw fields.fail(key, "does not belong to layout \"" + layout.spelling() + "\"");
      }
    }
    boolean same = inherits != null && !fields.has(inputsKey(layout)) && !fields.has("file");
    if (inherits != null && same) {
      String labels = fields.stringOrNull("labels");
      return new DataPart(
          inherits.file,
          inherits.images,
          labels == null ? inherits.labels : labels,
          IndexRange.read(fields, "range"));
    }
    String file = inherits == null ? null : inherits.file;
    if (layout.has("file") && (file == null || fields.has("file"))) {
      file = fields.string("file");
    }
    Map<String, String> images =
        inherits != null && !fields.has(inputsKey(layout))
            ? inherits.images
            : images(fields, layout);
    return new DataPart(
        file, images, labels(fields, layout, inherits), IndexRange.read(fields, "range"));
  }

  private static @Nullable String labels(
      JsonFields fields, Layout layout, @Nullable DataPart inherits) {
    if (layout == Layout.LABELS_CSV) {
      return fields.string("labels");
    }
    // Arrays of another NPZ file keep their names.
    boolean otherFile = inherits != null && fields.has("file") && !fields.has("labels");
    return otherFile && inherits != null ? inherits.labels : fields.stringOrNull("labels");
  }

  private static Map<String, String> images(JsonFields fields, Layout layout) {
    String key = inputsKey(layout);
    boolean named = layout == Layout.NPY || layout == Layout.NPZ || layout == Layout.TOKENS;
    if (layout == Layout.TOKENS && !fields.has(key)) {
      return Map.of(INPUT_IDS, INPUT_IDS);
    }
    if (!named || !fields.isObject(key)) {
      String only = layout == Layout.TOKENS ? INPUT_IDS : SampleSource.ONLY_INPUT;
      return Map.of(only, fields.string(key));
    }
    JsonFields inputs = fields.object(key);
    Map<String, String> images = new LinkedHashMap<>();
    for (String input : inputs.keys()) {
      images.put(input, inputs.string(input));
    }
    if (images.isEmpty()) {
      throw fields.fail(key, "names no input");
    }
    return images;
  }

  private static String inputsKey(Layout layout) {
    return layout == Layout.TOKENS ? "tokens" : "images";
  }
}
