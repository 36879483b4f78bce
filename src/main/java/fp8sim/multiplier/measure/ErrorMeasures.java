package fp8sim.multiplier.measure;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;

/**
 * How wrong a product model is, over all pairs of finite codes that occur, zeros included, against
 * the exact product. Pairs whose exact product is not zero, but after correct rounding above the
 * result's range or zero, are only counted. Means and shares weigh each pair by how often its two
 * codes occur, independently of each other; pairs that never occur are left out. For integers whose
 * codes all occur alike no pair is left out, and the mean and worst errors, their squares and
 * relative forms and the error probability are those of EvoApproxLib (Mrazek et al., "EvoApprox8b",
 * DATE 2017: MAE, WCE, MSE, MRE, WCRE, EP).
 *
 * @param distance between products as they are and exact ones
 * @param spread of their signed differences
 * @param relative error / exact product, of pairs without a zero
 * @param rounded errors that are left when products are rounded to the result's grid
 */
public record ErrorMeasures(
    Pairs pairs, Distance distance, Spread spread, Relative relative, Rounded rounded) {
  /** Some seconds: pairs of 12 x 12 bits. */
  private static final int MAX_INDEX_BITS = 24;

  /**
   * Numbers of pairs that occur.
   *
   * @param inRange those that the measures are about
   * @param withZero those of them with an operand of zero
   * @param zeroErrors those of these whose product is not zero
   * @param overflow pairs above the range
   * @param underflow pairs that round to zero
   */
  public record Pairs(
      long inRange, long withZero, long zeroErrors, long overflow, long underflow) {}

  /**
   * Errors of products as they are.
   *
   * @param mean of the error in the direction of the exact product: negative if products are too
   *     small in magnitude (signs would cancel it otherwise)
   * @param meanAbsolute mean of |error| (MAE, mean error distance)
   * @param worst the largest |error| (WCE)
   * @param meanSquared mean of the error's square (MSE)
   * @param normalized mean error distance: mean |error| / largest |exact product| (NMED)
   * @param probability share of products that differ from the exact one (EP)
   */
  public record Distance(
      double mean,
      double meanAbsolute,
      double worst,
      double meanSquared,
      double normalized,
      double probability) {}

  /**
   * How product - exact product, with its sign, is spread.
   *
   * @param bias its mean: what adds up in a long sum
   * @param variance its variance: the deviation grows with the root of a sum's length
   */
  public record Spread(double bias, double variance) {}

  /**
   * Relative errors.
   *
   * @param meanSigned mean of error / exact product: the literature's error bias
   * @param mean of |error| / |exact product| (MRE, MRED)
   * @param max the largest of these (WCRE)
   */
  public record Relative(double meanSigned, double mean, double max) {}

  /**
   * Errors after rounding.
   *
   * @param errorRate share of products that, rounded to the result's grid, differ from the
   *     correctly rounded one
   * @param kappa the largest distance between these two in steps of the grid (IEEE P3109)
   * @param correct {@code 1 - errorRate}
   * @param faithful share of products that round to one of the two neighbours of the exact product
   */
  public record Rounded(double errorRate, long kappa, double correct, double faithful) {}

  /**
   * Measures a model on a setting, rounding of products included, over codes that occur alike.
   *
   * @throws Fp8simException if the formats are too wide to try all pairs
   */
  public static ErrorMeasures of(Multiplier model, ProductSetting setting) {
    return of(
        model,
        setting,
        CodeDistribution.uniform(setting.a()),
        CodeDistribution.uniform(setting.w()));
  }

  /**
   * Measures a model on a setting, rounding of products included.
   *
   * @param a of the codes of the first operand
   * @param w of the codes of the second operand
   * @throws Fp8simException if the formats are too wide to try all pairs
   */
  public static ErrorMeasures of(
      Multiplier model, ProductSetting setting, CodeDistribution a, CodeDistribution w) {
    BoundProduct product = product(model, setting);
    Sums sums = new Sums(ResultSteps.of(setting));
    for (int codeA = 0; codeA < 1 << setting.a().codeBits(); codeA++) {
      for (int codeW = 0; codeW < 1 << setting.w().codeBits(); codeW++) {
        double weight = a.of(codeA) * w.of(codeW);
        if (weight > 0 && setting.a().isFinite(codeA) && setting.w().isFinite(codeW)) {
          double exact = setting.a().value(codeA) * setting.w().value(codeW);
          sums.add(exact, product.of(codeA, codeW), weight);
        }
      }
    }
    return sums.measures();
  }

  /** Products that are looked up or, of wide operands, computed one by one. */
  private static BoundProduct product(Multiplier model, ProductSetting setting) {
    boolean isWide =
        !ProductTable.fits(setting)
            && setting.a().codeBits() + setting.w().codeBits() <= MAX_INDEX_BITS;
    return isWide ? model.bind(setting) : ProductTable.tabulate(model, setting);
  }

  private static final class Sums {
    private final ResultSteps steps;
    private long pairs;
    private long zeroPairs;
    private long zeroErrors;
    private long overflow;
    private long underflow;
    private double weights;
    private double nonZeroWeights;
    private double error;
    private double absoluteError;
    private double worstError;
    private double squaredError;
    private double signedRelativeError;
    private double relativeError;
    private double maxRelativeError;
    private double maxExact;
    private double different;
    private double wrong;
    private double faithful;
    private long kappa;
    private double bias;

    Sums(ResultSteps steps) {
      this.steps = steps;
    }

    void add(double exact, double product, double weight) {
      long correct = steps.nearest(exact);
      if (correct == 0 && exact != 0) {
        underflow++;
      } else if (Math.abs(correct) > steps.top()) {
        overflow++;
      } else {
        pairs++;
        weights += weight;
        different += product == exact ? 0 : weight;
        bias += weight * (product - exact);
        if (exact == 0) {
          zeroPairs++;
          zeroErrors += product == 0 ? 0 : 1;
          addDistance(Math.abs(product), weight);
        } else {
          addError(Math.abs(exact), product * Math.signum(exact), weight);
        }
        long got = Math.clamp(steps.nearest(product), -steps.top(), steps.top());
        wrong += got == correct ? 0 : weight;
        faithful += steps.isNeighbour(got, exact) ? weight : 0;
        kappa = Math.max(kappa, Math.abs(got - correct));
      }
    }

    private void addError(double exact, double product, double weight) {
      double difference = product - exact;
      double relative = difference / exact;
      addDistance(difference, weight);
      nonZeroWeights += weight;
      signedRelativeError += weight * relative;
      relativeError += weight * Math.abs(relative);
      maxRelativeError = Math.max(maxRelativeError, Math.abs(relative));
      maxExact = Math.max(maxExact, exact);
    }

    private void addDistance(double difference, double weight) {
      error += weight * difference;
      absoluteError += weight * Math.abs(difference);
      worstError = Math.max(worstError, Math.abs(difference));
      squaredError += weight * (difference * difference);
    }

    ErrorMeasures measures() {
      if (pairs == zeroPairs) {
        throw Fp8simException.usage("no product of two codes lies in the range of the result");
      }
      double meanSquared = squaredError / weights;
      double meanBias = bias / weights;
      return new ErrorMeasures(
          new Pairs(pairs, zeroPairs, zeroErrors, overflow, underflow),
          new Distance(
              error / weights,
              absoluteError / weights,
              worstError,
              meanSquared,
              absoluteError / weights / maxExact,
              different / weights),
          new Spread(meanBias, Math.max(0, meanSquared - meanBias * meanBias)),
          new Relative(
              signedRelativeError / nonZeroWeights,
              relativeError / nonZeroWeights,
              maxRelativeError),
          new Rounded(wrong / weights, kappa, (weights - wrong) / weights, faithful / weights));
    }
  }
}
