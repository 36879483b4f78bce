package fp8sim.quant;

import fp8sim.common.Fp8simException;
import fp8sim.format.ScalarQuantizer;
import java.util.function.Function;

/**
 * How a range is found (docs/semantics.md section 3).
 *
 * @param parameter the weight of the old value for {@link Kind#RUNNING}, the percentile for {@link
 *     Kind#PERCENTILE}, else 0
 */
public record RangeMethod(Kind kind, double parameter) {
  /** The estimators. */
  public enum Kind {
    /** Minimum and maximum; of activations those of the last calibration batch. */
    MINMAX,
    /** Minimum and maximum over all batches. */
    ALLMINMAX,
    /** Exponential average over batches. */
    RUNNING,
    /** The percentiles 100-P and P, of activations those of the last calibration batch. */
    PERCENTILE,
    /** The candidate with the smallest mean squared error. */
    MSE
  }

  public static final RangeMethod MINMAX = new RangeMethod(Kind.MINMAX, 0);
  public static final RangeMethod ALLMINMAX = new RangeMethod(Kind.ALLMINMAX, 0);
  public static final RangeMethod MSE = new RangeMethod(Kind.MSE, 0);

  /** What {@link #parse} reads, for help and errors. */
  public static final String ALLOWED = "minmax, allminmax, running[:M], mse, percentile[:P]";

  private static final double DEFAULT_MOMENTUM = 0.9;
  private static final double DEFAULT_PERCENTILE = 99.9;

  /**
   * The method of an option's text, e.g. {@code minmax}, {@code running:0.9}, {@code
   * percentile:99.9}.
   *
   * @throws Fp8simException one line that lists what is allowed
   */
  public static RangeMethod parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String parameter = colon < 0 ? "" : text.substring(colon + 1);
    return switch (name) {
      case "minmax" -> plain(MINMAX, text, colon);
      case "allminmax" -> plain(ALLMINMAX, text, colon);
      case "mse" -> plain(MSE, text, colon);
      case "running" ->
          new RangeMethod(
              Kind.RUNNING, colon < 0 ? DEFAULT_MOMENTUM : number(text, parameter, 0, 1));
      case "percentile" ->
          new RangeMethod(
              Kind.PERCENTILE, colon < 0 ? DEFAULT_PERCENTILE : number(text, parameter, 50, 100));
      default -> throw unknown(text);
    };
  }

  private static RangeMethod plain(RangeMethod method, String text, int colon) {
    if (colon >= 0) {
      throw unknown(text);
    }
    return method;
  }

  private static double number(String text, String parameter, double from, double to) {
    double value;
    try {
      value = Double.parseDouble(parameter);
    } catch (NumberFormatException e) {
      throw Fp8simException.usage("range '" + text + "': '" + parameter + "' is not a number");
    }
    if (!(value >= from && value <= to)) {
      throw Fp8simException.usage(
          "range '%s': %s must be in %s..%s".formatted(text, parameter, from, to));
    }
    return value;
  }

  private static Fp8simException unknown(String text) {
    return Fp8simException.usage("unknown range '" + text + "', use one of " + ALLOWED);
  }

  /**
   * A new estimator of one range.
   *
   * @param quantizers the quantizer of a candidate range, for {@link Kind#MSE}
   * @param workers try its candidates
   */
  public RangeEstimator estimator(
      Function<ValueRange, ScalarQuantizer> quantizers, Workers workers) {
    return switch (kind) {
      case MINMAX -> new MinMaxEstimator((old, batch) -> batch);
      case ALLMINMAX -> new MinMaxEstimator(ValueRange::union);
      case RUNNING -> new MinMaxEstimator(MinMaxEstimator.average((float) parameter));
      case PERCENTILE -> new PercentileEstimator(parameter);
      case MSE -> new MseEstimator(quantizers, workers);
    };
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return switch (kind) {
      case MINMAX -> "minmax";
      case ALLMINMAX -> "allminmax";
      case RUNNING -> "running:" + parameter;
      case PERCENTILE -> "percentile:" + parameter;
      case MSE -> "mse";
    };
  }
}
