package fp8sim.cli.command;

import com.google.gson.JsonObject;
import fp8sim.multiplier.measure.ErrorMeasures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The measures of a multiplier as tables show them. */
final class MultiplierMeasures {
  /**
   * One measure.
   *
   * @param key in results for machines, and for sorting
   * @param label a line of its own
   * @param heading above a column of numbers, short
   */
  record Measure(
      String key, String label, String heading, Function<ErrorMeasures, Number> measured) {
    Number of(ErrorMeasures measures) {
      return measured.apply(measures);
    }

    /** The measure as people read it. */
    String text(ErrorMeasures measures) {
      Number value = of(measures);
      return value instanceof Double number
          ? String.format(Locale.ROOT, "%.6g", number)
          : value.toString();
    }
  }

  /** What multipliers are sorted by if nothing else is asked for. */
  static final String DEFAULT_ORDER = "meanRelativeError";

  /** In the order of tables. */
  private static final List<Measure> ALL =
      List.of(
          new Measure("pairs", "pairs in range", "pairs", m -> m.pairs().inRange()),
          new Measure("zeroPairs", "of them with a zero", "zeros", m -> m.pairs().withZero()),
          new Measure("zeroErrors", "zeros with a product", "0 wrong", m -> m.pairs().zeroErrors()),
          new Measure("bias", "mean of product - exact product", "bias", m -> m.spread().bias()),
          new Measure("variance", "variance of the same", "variance", m -> m.spread().variance()),
          new Measure("meanError", "mean error (signed)", "mean error", m -> m.distance().mean()),
          new Measure(
              "meanAbsoluteError", "mean |error| (MAE)", "MAE", m -> m.distance().meanAbsolute()),
          new Measure("worstError", "worst |error| (WCE)", "WCE", m -> m.distance().worst()),
          new Measure(
              "meanSquaredError",
              "mean squared error (MSE)",
              "MSE",
              m -> m.distance().meanSquared()),
          new Measure("nmed", "NMED", "NMED", m -> m.distance().normalized()),
          new Measure(
              "meanSignedRelativeError",
              "mean signed relative error (bias)",
              "rel. bias",
              m -> m.relative().meanSigned()),
          new Measure(
              DEFAULT_ORDER, "mean relative error (MRED)", "MRED", m -> m.relative().mean()),
          new Measure(
              "maxRelativeError", "worst relative error (WCRE)", "WCRE", m -> m.relative().max()),
          new Measure(
              "errorProbability", "error probability (EP)", "EP", m -> m.distance().probability()),
          new Measure(
              "errorRate", "error rate after rounding", "wrong", m -> m.rounded().errorRate()),
          new Measure("kappa", "kappa (steps)", "kappa", m -> m.rounded().kappa()),
          new Measure(
              "correctlyRounded", "correctly rounded", "correct", m -> m.rounded().correct()),
          new Measure(
              "faithfullyRounded", "faithfully rounded", "faithful", m -> m.rounded().faithful()),
          new Measure(
              "overflowPairs", "pairs that overflow", "overflow", m -> m.pairs().overflow()),
          new Measure(
              "underflowPairs", "pairs that underflow", "underflow", m -> m.pairs().underflow()));

  /** What fits beside one another when several multipliers are compared. */
  private static final List<String> COMPARED =
      List.of(
          DEFAULT_ORDER,
          "meanSignedRelativeError",
          "maxRelativeError",
          "nmed",
          "bias",
          "variance",
          "errorProbability",
          "errorRate",
          "kappa");

  private MultiplierMeasures() {}

  /**
   * All measures.
   *
   * @param outputs number of outputs of an integer multiplier, {@code 2^(bits of both operands)},
   *     which EvoApproxLib's percentages refer to; 0 for minifloats
   */
  static List<Measure> all(long outputs) {
    List<Measure> measures = new ArrayList<>(ALL);
    if (outputs > 0) {
      int behind = measures.indexOf(byKey("nmed")) + 1;
      measures.addAll(
          behind,
          List.of(
              new Measure(
                  "maePercent", "MAE %", "MAE %", m -> 100 * m.distance().meanAbsolute() / outputs),
              new Measure(
                  "wcePercent", "WCE %", "WCE %", m -> 100 * m.distance().worst() / outputs)));
    }
    return measures;
  }

  /** The measures that stand beside one another when several multipliers are compared. */
  static List<Measure> compared() {
    return COMPARED.stream().map(MultiplierMeasures::byKey).toList();
  }

  /** The keys of all measures of any multiplier. */
  static String[] keys() {
    return ALL.stream().map(Measure::key).toArray(String[]::new);
  }

  static Measure byKey(String key) {
    return ALL.stream().filter(measure -> measure.key().equals(key)).findFirst().orElseThrow();
  }

  /** For machines. */
  static JsonObject json(List<Measure> measures, ErrorMeasures values) {
    JsonObject json = new JsonObject();
    measures.forEach(measure -> json.addProperty(measure.key(), measure.of(values)));
    return json;
  }
}
