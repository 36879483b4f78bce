package fp8sim.multiplier;

import fp8sim.Fp8simException;

/**
 * How wrong a product model is, over all pairs of finite codes, zeros included, against the exact
 * product. Pairs whose exact product is not zero, but after correct rounding above the result's
 * range or zero, are only counted. For integers no pair is left out, and the mean and worst errors,
 * their squares and relative forms and the error probability are those of EvoApproxLib (Mrazek et
 * al., "EvoApprox8b", DATE 2017: MAE, WCE, MSE, MRE, WCRE, EP).
 *
 * @param pairs number of pairs that the measures are about
 * @param zeroPairs those of them with an operand of zero
 * @param zeroErrors those of these whose product is not zero
 * @param meanError mean of the error in the direction of the exact product: negative if products
 *     are too small in magnitude (signs would cancel it otherwise)
 * @param meanAbsoluteError mean of |error| (MAE, mean error distance)
 * @param worstError the largest |error| (WCE)
 * @param meanSquaredError mean of the error's square (MSE)
 * @param meanSignedRelativeError mean of error / exact product, of pairs without a zero: the
 *     literature's error bias
 * @param meanRelativeError mean of |error| / |exact product| of the same pairs (MRE, MRED)
 * @param maxRelativeError the largest of these (WCRE)
 * @param nmed normalized mean error distance: mean |error| / largest |exact product|
 * @param errorProbability share of products that differ from the exact one (EP)
 * @param errorRate share of products that, rounded to the result's grid, differ from the correctly
 *     rounded one
 * @param kappa the largest distance between these two in steps of the grid (IEEE P3109)
 * @param correctlyRounded {@code 1 - errorRate}
 * @param faithfullyRounded share of products that round to one of the two neighbours of the exact
 *     product
 * @param overflowPairs pairs above the range
 * @param underflowPairs pairs that round to zero
 */
public record ErrorMeasures(
    long pairs,
    long zeroPairs,
    long zeroErrors,
    double meanError,
    double meanAbsoluteError,
    double worstError,
    double meanSquaredError,
    double meanSignedRelativeError,
    double meanRelativeError,
    double maxRelativeError,
    double nmed,
    double errorProbability,
    double errorRate,
    long kappa,
    double correctlyRounded,
    double faithfullyRounded,
    long overflowPairs,
    long underflowPairs) {

  /**
   * Measures a model on a setting, rounding of products included.
   *
   * @throws Fp8simException if the formats are too wide to try all pairs
   */
  public static ErrorMeasures of(ProductModel model, ProductSetting setting) {
    ProductTable table = ProductTable.tabulate(model, setting);
    ResultSteps steps = ResultSteps.of(setting);
    Sums sums = new Sums();
    for (int a = 0; a < 1 << table.bitsA(); a++) {
      for (int w = 0; w < 1 << table.bitsW(); w++) {
        if (setting.a().isFinite(a) && setting.w().isFinite(w)) {
          sums.add(setting.a().value(a) * setting.w().value(w), table.of(a, w), steps);
        }
      }
    }
    return sums.measures();
  }

  private static final class Sums {
    private long pairs;
    private long zeroPairs;
    private long zeroErrors;
    private double error;
    private double absoluteError;
    private double worstError;
    private double squaredError;
    private double signedRelativeError;
    private double relativeError;
    private double maxRelativeError;
    private double maxExact;
    private long different;
    private long wrong;
    private long faithful;
    private long kappa;
    private long overflow;
    private long underflow;

    void add(double exact, double product, ResultSteps steps) {
      long correct = steps.nearest(exact);
      if (correct == 0 && exact != 0) {
        underflow++;
      } else if (Math.abs(correct) > steps.top()) {
        overflow++;
      } else {
        pairs++;
        different += product == exact ? 0 : 1;
        if (exact == 0) {
          zeroPairs++;
          zeroErrors += product == 0 ? 0 : 1;
          addDistance(Math.abs(product));
        } else {
          addError(Math.abs(exact), product * Math.signum(exact));
        }
        long got = Math.clamp(steps.nearest(product), -steps.top(), steps.top());
        wrong += got == correct ? 0 : 1;
        faithful += steps.isNeighbour(got, exact) ? 1 : 0;
        kappa = Math.max(kappa, Math.abs(got - correct));
      }
    }

    private void addError(double exact, double product) {
      double difference = product - exact;
      double relative = difference / exact;
      addDistance(difference);
      signedRelativeError += relative;
      relativeError += Math.abs(relative);
      maxRelativeError = Math.max(maxRelativeError, Math.abs(relative));
      maxExact = Math.max(maxExact, exact);
    }

    private void addDistance(double difference) {
      error += difference;
      absoluteError += Math.abs(difference);
      worstError = Math.max(worstError, Math.abs(difference));
      squaredError += difference * difference;
    }

    ErrorMeasures measures() {
      if (pairs == zeroPairs) {
        throw Fp8simException.usage("no product of two codes lies in the range of the result");
      }
      double count = pairs;
      double nonZero = pairs - zeroPairs;
      return new ErrorMeasures(
          pairs,
          zeroPairs,
          zeroErrors,
          error / count,
          absoluteError / count,
          worstError,
          squaredError / count,
          signedRelativeError / nonZero,
          relativeError / nonZero,
          maxRelativeError,
          absoluteError / count / maxExact,
          different / count,
          wrong / count,
          kappa,
          (pairs - wrong) / count,
          faithful / count,
          overflow,
          underflow);
    }
  }
}
