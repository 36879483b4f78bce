package fp8sim.data.source;

import fp8sim.common.JsonFields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a description of the layout {@code tokens} says about its sequences.
 *
 * @param ignore the label of tokens that are not scored
 * @param maxLength longer sequences are cut at their end; 0: none is
 * @param window tokens that a causal language model reads at once; 0: whole sequences
 * @param stride distance between the first tokens of windows, 1 to {@code window}
 */
public record TokenFormat(
    Task task, int ignore, int maxLength, int window, int stride, Padding padding) {
  /** As PyTorch's losses have it. */
  private static final int IGNORE = -100;

  private static final int MAX_LENGTH = 1 << 20;
  private static final List<String> KEYS =
      List.of("task", "ignore", "maxLength", "window", "stride", "padId", "lengths");
  private static final List<String> OF_WINDOWS = List.of("window", "stride");

  /** Reads the keys of the layout {@code tokens}, which no other layout may have: null for it. */
  public static @Nullable TokenFormat read(JsonFields fields, Layout layout) {
    if (layout != Layout.TOKENS) {
      refuse(fields, KEYS, "does not belong to layout \"" + layout.spelling() + "\"");
      return null;
    }
    Task task =
        fields.has("task")
            ? fields.oneOf("task", List.of(Task.values()), Task::spelling)
            : Task.CLASSIFICATION;
    if (task == Task.CAUSAL_LM) {
      refuse(fields, List.of("labels", "ignore"), "does not belong to task \"causal-lm\"");
    } else {
      refuse(fields, OF_WINDOWS, "belongs to task \"causal-lm\"");
    }
    int window = fields.integer("window", 1, MAX_LENGTH, 0);
    if (window == 0) {
      refuse(fields, List.of("stride"), "needs \"window\"");
    }
    return new TokenFormat(
        task,
        fields.integer("ignore", Integer.MIN_VALUE, Integer.MAX_VALUE, IGNORE),
        fields.integer("maxLength", 1, MAX_LENGTH, 0),
        window,
        fields.integer("stride", 1, Math.max(window, 1), window),
        Padding.read(fields));
  }

  private static void refuse(JsonFields fields, List<String> keys, String why) {
    for (String key : keys) {
      if (fields.has(key)) {
        throw fields.fail(key, why);
      }
    }
  }
}
