package fp8sim.multiplier.measure;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;

/**
 * How wrong a product model is, over all pairs of finite codes, zeros included, against the exact
 * product. Pairs whose exact product is not zero, but after correct rounding above the result's
 * range or zero, are only counted. For integers no pair is left out, and the mean and worst errors,
 * their squares and relative forms and the error probability are those of EvoApproxLib (Mrazek et
 * al., "EvoApprox8b", DATE 2017: MAE, WCE, MSE, MRE, WCRE, EP).
 *
 * @param distance between products as they are and exact ones
 * @param relative error / exact product, of pairs without a zero
 * @param rounded errors that are left when products are rounded to the result's grid
 */
public record ErrorMeasures(Pairs pairs, Distance distance, Relative relative, Rounded rounded) {
  /** Some seconds: pairs of 12 x 12 bits. */
  private static final int MAX_INDEX_BITS = 24;

  /**
   * Numbers of pairs.
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
   * Measures a model on a setting, rounding of products included.
   *
   * @throws Fp8simException if the formats are too wide to try all pairs
   */
  public static ErrorMeasures of(Multiplier model, ProductSetting setting) {
    BoundProduct product = product(model, setting);
    ResultSteps steps = ResultSteps.of(setting);
    Sums sums = new Sums();
    for (int a = 0; a < 1 << setting.a().codeBits(); a++) {
      for (int w = 0; w < 1 << setting.w().codeBits(); w++) {
        if (setting.a().isFinite(a) && setting.w().isFinite(w)) {
          sums.add(setting.a().value(a) * setting.w().value(w), product.of(a, w), steps);
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
          new Pairs(pairs, zeroPairs, zeroErrors, overflow, underflow),
          new Distance(
              error / count,
              absoluteError / count,
              worstError,
              squaredError / count,
              absoluteError / count / maxExact,
              different / count),
          new Relative(signedRelativeError / nonZero, relativeError / nonZero, maxRelativeError),
          new Rounded(wrong / count, kappa, (pairs - wrong) / count, faithful / count));
    }
  }
}
