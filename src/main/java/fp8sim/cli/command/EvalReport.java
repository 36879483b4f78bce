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
import fp8sim.experiment.NetworkCost;
import fp8sim.model.Model;
import fp8sim.numerics.Numerics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What {@code eval} says about an evaluation. */
record EvalReport(Invocation invocation, Model model, Dataset dataset, Numerics numerics) {

  private static final double NANOJOULE = 1e6;

  /** Prints it, and puts it into the machine-readable result. */
  void write(Evaluation.Outcome outcome, Optional<NetworkCost> cost) {
    Scores scores = outcome.scores();
    Result result = invocation.result();
    put(scores, List.of("perplexity", "perplexityInterval95", "top1", "top5", "loss", "images"));
    put(scores, List.of("tokens"));
    result.put("imagesPerSecond", outcome.imagesPerSecond());
    put(scores, List.of("interval95"));
    line("model", model.name());
    line("data", dataset.name() + " (" + amount(scores) + ")");
    line("numerics", numerics.describe());
    if (scores.isKnown()) {
      print(scores);
    }
    OutputComparison comparison = outcome.comparison();
    if (comparison != null) {
      result.put("agreement", comparison.agreement());
      result.put("agreementInterval95", comparison.interval95().toJson());
      result.put("sqnr", JsonFile.number(comparison.sqnr()));
      result.put("cosine", JsonFile.number(comparison.cosine()));
      line("agreement", rounded("%.2f", 100 * comparison.agreement()) + " % with float32");
      line("SQNR", rounded("%.2f", comparison.sqnr()) + " dB to float32");
      line("cosine", rounded("%.6f", comparison.cosine()) + " to float32");
    }
    cost.ifPresent(this::write);
    line("speed", rounded("%.1f", outcome.imagesPerSecond()) + " " + unit() + "/s");
  }

  private void write(NetworkCost cost) {
    invocation.result().put("cost", cost.toJson());
    NetworkCost.Figures own = cost.figures();
    NetworkCost.Figures relative = cost.relative();
    boolean hasUnits = cost.hasUnits();
    OptionalDouble energy = hasUnits ? scaled(own.energy(), 1 / NANOJOULE) : own.energy();
    cost("energy", energy, hasUnits ? " nJ" : "", relative.energy(), cost.technology());
    cost("area", own.area(), hasUnits ? " um^2" : "", relative.area(), cost.technology());
    cost("delay", own.delay(), hasUnits ? " ns" : "", relative.delay(), cost.technology());
    if (!cost.missing().isEmpty()) {
      invocation.note("energy, area or delay is not known of " + String.join(", ", cost.missing()));
    }
  }

  private static OptionalDouble scaled(OptionalDouble value, double factor) {
    return value.isPresent() ? OptionalDouble.of(factor * value.getAsDouble()) : value;
  }

  private void cost(
      String name, OptionalDouble value, String unit, OptionalDouble relative, String technology) {
    if (value.isPresent()) {
      String share =
          relative.isPresent() ? ", " + rounded("%.4f", relative.getAsDouble()) + " of exact" : "";
      line(name, rounded("%.6g", value.getAsDouble()) + unit + " (" + technology + ")" + share);
    }
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
      String perplexity = rounded("%.4f", scores.perplexity());
      line("perplexity", perplexity + interval("%.4f", 1, scores.perplexityInterval95()));
    }
    String top1 = rounded("%.2f", 100 * scores.top1());
    line("top-1", top1 + " %" + interval("%.2f", 100, scores.interval95()));
    line("top-5", rounded("%.2f", 100 * scores.top5()) + " %");
    line("loss", rounded("%.4f", scores.loss()));
  }

  private static String interval(String format, double factor, Interval interval) {
    String low = rounded(format, factor * interval.low());
    return "  (95 %: " + low + " to " + rounded(format, factor * interval.high()) + ")";
  }

  private static String rounded(String format, double value) {
    return String.format(Locale.ROOT, format, value);
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

  private void line(String name, String text) {
    invocation.out().printf("%-12s%s%n", name, text);
  }
}
