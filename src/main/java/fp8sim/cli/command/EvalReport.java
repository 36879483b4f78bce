package fp8sim.cli.command;

import com.google.gson.JsonObject;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.Result;
import fp8sim.common.JsonFile;
import fp8sim.data.Dataset;
import fp8sim.eval.Evaluation;
import fp8sim.eval.Interval;
import fp8sim.eval.OutputComparison;
import fp8sim.eval.ScoreFields;
import fp8sim.eval.Scores;
import fp8sim.model.Model;
import fp8sim.numerics.Numerics;
import java.util.List;
import java.util.Locale;

/** What {@code eval} says about an evaluation. */
record EvalReport(Invocation invocation, Model model, Dataset dataset, Numerics numerics) {

  /** Prints it, and puts it into the machine-readable result. */
  void write(Evaluation.Outcome outcome) {
    Scores scores = outcome.scores();
    Result result = invocation.result();
    put(scores, List.of("perplexity", "perplexityInterval95", "top1", "top5", "loss", "images"));
    put(scores, List.of("tokens"));
    result.put("imagesPerSecond", outcome.imagesPerSecond());
    put(scores, List.of("interval95"));
    line("model", "%s", model.name());
    line("data", "%s (%s)", dataset.name(), amount(scores));
    line("numerics", "%s", numerics.describe());
    if (scores.isKnown()) {
      print(scores);
    }
    OutputComparison comparison = outcome.comparison();
    if (comparison != null) {
      result.put("agreement", comparison.agreement());
      result.put("agreementInterval95", comparison.interval95().toJson());
      result.put("sqnr", JsonFile.number(comparison.sqnr()));
      result.put("cosine", JsonFile.number(comparison.cosine()));
      line("agreement", "%.2f %% with float32", 100 * comparison.agreement());
      line("SQNR", "%.2f dB to float32", comparison.sqnr());
      line("cosine", "%.6f to float32", comparison.cosine());
    }
    line("speed", "%.1f %s/s", outcome.imagesPerSecond(), unit());
  }

  private void put(Scores scores, List<String> keys) {
    JsonObject fields = ScoreFields.of(scores);
    for (String key : keys) {
      if (fields.has(key)) {
        invocation.result().put(key, fields.get(key));
      }
    }
  }

  private void print(Scores scores) {
    if (scores.isLanguageModel()) {
      Interval interval = scores.perplexityInterval95();
      line(
          "perplexity",
          "%.4f  (95 %%: %.4f to %.4f)",
          scores.perplexity(),
          interval.low(),
          interval.high());
    }
    Interval interval = scores.interval95();
    line(
        "top-1",
        "%.2f %%  (95 %%: %.2f to %.2f)",
        100 * scores.top1(),
        100 * interval.low(),
        100 * interval.high());
    line("top-5", "%.2f %%", 100 * scores.top5());
    line("loss", "%.4f", scores.loss());
  }

  private String amount(Scores scores) {
    String samples = scores.images() + " " + unit();
    return scores.isKnown() && scores.task().isPerToken()
        ? samples + ", " + scores.scored() + " scored tokens"
        : samples;
  }

  private String unit() {
    return dataset.hasSequences() ? "sequences" : "images";
  }

  private void line(String name, String format, Object... values) {
    String text = String.format(Locale.ROOT, format, values);
    invocation.out().printf("%-12s%s%n", name, text);
  }
}
