package fp8sim.report;

import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The signed relative errors of all products of positive numbers, for pictures of a multiplier. */
public final class RelativeErrors {
  /** Colours are full where errors are larger than those of this share of all pairs. */
  private static final double SHARE = 0.98;

  private final ProductSetting setting;
  private final int[] codesA;
  private final int[] codesW;
  private final double[] errors;
  private final double limit;

  private RelativeErrors(ProductSetting setting, int[] codesA, int[] codesW, double[] errors) {
    this.setting = setting;
    this.codesA = codesA;
    this.codesW = codesW;
    this.errors = errors;
    double[] sorted =
        Arrays.stream(errors).filter(Double::isFinite).map(Math::abs).sorted().toArray();
    double most = sorted.length == 0 ? 0 : sorted[(int) (SHARE * (sorted.length - 1))];
    limit = most > 0 || sorted.length == 0 ? most : sorted[sorted.length - 1];
  }

  /** The errors of the products of a model on a setting. */
  public static RelativeErrors of(ProductSetting setting, ProductTable products) {
    int[] codesA = positive(setting.a());
    int[] codesW = positive(setting.w());
    double[] errors = new double[codesA.length * codesW.length];
    Arrays.setAll(
        errors,
        i -> error(setting, codesA[i / codesW.length], codesW[i % codesW.length], products));
    return new RelativeErrors(setting, codesA, codesW, errors);
  }

  /** The codes of positive numbers, the smallest first. */
  private static int[] positive(Grid grid) {
    return IntStream.range(0, 1 << grid.codeBits())
        .filter(code -> grid.isFinite(code) && grid.value(code) > 0)
        .boxed()
        .sorted((x, y) -> Double.compare(grid.value(x), grid.value(y)))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double error(ProductSetting setting, int a, int w, ProductTable products) {
    double exact = setting.a().value(a) * setting.w().value(w);
    FloatGrid result = setting.result();
    if (result != null) {
      double top = result.format().maxFinite(result.bias());
      double lowest = result.format().magnitudeValue(1, result.bias());
      if (exact > top || exact < lowest / 2) {
        return Double.NaN;
      }
    }
    return (products.of(a, w) - exact) / exact;
  }

  ProductSetting setting() {
    return setting;
  }

  /** The codes of the first operand, by ascending value. */
  int[] codesA() {
    return codesA;
  }

  /** The codes of the second operand, by ascending value. */
  int[] codesW() {
    return codesW;
  }

  /** The error of a pair, by position in the codes; NaN if the product is outside the range. */
  double error(int a, int w) {
    return errors[a * codesW.length + w];
  }

  /** The error at which colours are full. */
  double limit() {
    return limit;
  }

  /** An error in parts of the limit, from -1 to 1. */
  double shareOfLimit(double error) {
    return limit == 0 ? 0 : Math.clamp(error / limit, -1, 1);
  }
}
