package fp8sim.eval;

import com.google.gson.JsonObject;
import fp8sim.common.JsonFile;

/** Scores for machine-readable results. */
public final class ScoreFields {
  private ScoreFields() {}

  /**
   * {@code images} and, with labels, {@code top1}, {@code interval95}, {@code top5}, {@code
   * top5Interval95} and {@code loss}; where tokens are scored also {@code tokens}, of language
   * models {@code perplexity} and {@code perplexityInterval95}.
   */
  public static JsonObject of(Scores scores) {
    JsonObject json = new JsonObject();
    json.addProperty("images", scores.images());
    if (!scores.isKnown()) {
      return json;
    }
    if (scores.task().isPerToken()) {
      json.addProperty("tokens", scores.scored());
    }
    if (scores.isLanguageModel()) {
      Interval interval = scores.perplexityInterval95();
      json.add("perplexity", JsonFile.number(scores.perplexity()));
      json.add("perplexityInterval95", interval.isFinite() ? interval.toJson() : null);
    }
    json.addProperty("top1", scores.top1());
    json.add("interval95", scores.interval95().toJson());
    json.addProperty("top5", scores.top5());
    json.add("top5Interval95", scores.top5Interval95().toJson());
    json.add("loss", JsonFile.number(scores.loss()));
    return json;
  }
}
