package fp8sim.multiplier;

import fp8sim.Fp8simException;

/**
 * How wrong a product model is, over all pairs of finite non-zero codes, against the exact product.
 * Pairs whose exact product, correctly rounded, is above the result's range or zero are only
 * counted.
 *
 * @param pairs number of pairs that the measures are about
 * @param meanError mean of the error in the direction of the exact product: negative if products
 *     are too small in magnitude (signs would cancel it otherwise)
 * @param meanRelativeError mean of |error| / |exact product|
 * @param maxRelativeError the largest of these
 * @param nmed normalized mean error distance: mean |error| / largest |exact product|
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
    double meanError,
    double meanRelativeError,
    double maxRelativeError,
    double nmed,
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
        boolean finite = setting.a().isFinite(a) && setting.w().isFinite(w);
        double exact = finite ? setting.a().value(a) * setting.w().value(w) : 0;
        if (exact != 0) {
          sums.add(exact, table.of(a, w), steps);
        }
      }
    }
    return sums.measures();
  }

  private static final class Sums {
    private long pairs;
    private double error;
    private double absoluteError;
    private double relativeError;
    private double maxRelativeError;
    private double maxExact;
    private long wrong;
    private long faithful;
    private long kappa;
    private long overflow;
    private long underflow;

    void add(double exact, double product, ResultSteps steps) {
      long correct = steps.nearest(exact);
      if (correct == 0) {
        underflow++;
      } else if (Math.abs(correct) > steps.top()) {
        overflow++;
      } else {
        pairs++;
        addError(Math.abs(exact), product * Math.signum(exact));
        long got = Math.clamp(steps.nearest(product), -steps.top(), steps.top());
        wrong += got == correct ? 0 : 1;
        faithful += steps.isNeighbour(got, exact) ? 1 : 0;
        kappa = Math.max(kappa, Math.abs(got - correct));
      }
    }

    private void addError(double exact, double product) {
      double difference = product - exact;
      double relative = Math.abs(difference) / exact;
      error += difference;
      absoluteError += Math.abs(difference);
      relativeError += relative;
      maxRelativeError = Math.max(maxRelativeError, relative);
      maxExact = Math.max(maxExact, exact);
    }

    ErrorMeasures measures() {
      if (pairs == 0) {
        throw Fp8simException.usage("no product of two codes lies in the range of the result");
      }
      double count = pairs;
      return new ErrorMeasures(
          pairs,
          error / count,
          relativeError / count,
          maxRelativeError,
          absoluteError / count / maxExact,
          wrong / count,
          kappa,
          (pairs - wrong) / count,
          faithful / count,
          overflow,
          underflow);
    }
  }
}
