package fp8sim.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A number that tables show of each point.
 *
 * @param key in the scores
 * @param title as papers write it, with the unit
 * @param factor from the stored number to the shown one
 * @param digits after the point
 */
record ScoreColumn(String key, String title, double factor, int digits) {
  static final List<ScoreColumn> ALL =
      List.of(
          new ScoreColumn("images", "images", 1, 0),
          new ScoreColumn("tokens", "tokens", 1, 0),
          new ScoreColumn("perplexity", "perplexity", 1, 4),
          new ScoreColumn("perplexityInterval95", "perplexity 95 %", 1, 4),
          new ScoreColumn("top1", "top-1 %", 100, 2),
          new ScoreColumn("interval95", "95 %", 100, 2),
          new ScoreColumn("top5", "top-5 %", 100, 2),
          new ScoreColumn("loss", "loss", 1, 4),
          new ScoreColumn("agreement", "agreement %", 100, 2),
          new ScoreColumn("logitSqnr", "logit SQNR dB", 1, 1),
          new ScoreColumn("cosine", "cosine", 1, 6),
          new ScoreColumn("meanSqnr", "mean SQNR dB", 1, 1),
          new ScoreColumn("worstSqnr", "worst SQNR dB", 1, 1),
          new ScoreColumn("cost", "cost", 1, 4),
          new ScoreColumn("energy", "energy", 1, 1),
          new ScoreColumn("energyRelative", "energy / exact", 1, 4),
          new ScoreColumn("area", "area", 1, 1),
          new ScoreColumn("areaRelative", "area / exact", 1, 4),
          new ScoreColumn("delay", "delay", 1, 2),
          new ScoreColumn("delayRelative", "delay / exact", 1, 4));

  /** Columns of numbers that only some points have: shown if a point has one. */
  private static final Set<String> OF_SOME =
      Set.of(
          "tokens",
          "perplexity",
          "perplexityInterval95",
          "cosine",
          "cost",
          "energy",
          "energyRelative",
          "area",
          "areaRelative",
          "delay",
          "delayRelative");

  /** The units in which figures of hardware that have units are shown. */
  private static final Map<String, String> UNITS =
      Map.of("energy", "nJ", "area", "um^2", "delay", "ns");

  /** In femtojoules, which scores have. */
  private static final double NANOJOULE = 1e6;

  /** The heading above these scores. */
  String title(List<JsonObject> scores) {
    boolean hasUnits =
        UNITS.containsKey(key)
            && scores.stream().filter(one -> one.has(key)).allMatch(ScoreColumn::hasUnits);
    return hasUnits ? title + " " + UNITS.get(key) : title;
  }

  private static boolean hasUnits(JsonObject scores) {
    return scores.get("costHasUnits").getAsBoolean();
  }

  /** Whether tables of these scores have the column. */
  boolean isShown(List<JsonObject> scores) {
    return !OF_SOME.contains(key) || scores.stream().anyMatch(one -> one.has(key));
  }

  /** Whether the number is the two ends of an interval. */
  boolean isInterval() {
    return key.endsWith("nterval95");
  }

  /** The rounded number for people; two of an interval with a dash between; nothing if unknown. */
  String rounded(JsonObject scores) {
    JsonElement value = scores.get(key);
    if (value instanceof JsonArray ends) {
      return rounded(ends.get(0), factor) + "-" + rounded(ends.get(1), factor);
    }
    boolean isEnergy = key.equals("energy") && value != null && hasUnits(scores);
    return rounded(value, isEnergy ? factor / NANOJOULE : factor);
  }

  private String rounded(@Nullable JsonElement value, double scale) {
    return value == null || value.isJsonNull()
        ? ""
        : String.format(Locale.ROOT, "%." + digits + "f", scale * value.getAsDouble());
  }
}
