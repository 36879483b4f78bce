package fp8sim.multiplier.model;

import fp8sim.format.FloatFormat;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductUnits;
import fp8sim.multiplier.SignificandModel;

/**
 * The final model of the study (docs/semantics.md section 5.2): the real product of significands
 * less the residual error of an adder-multiplier, {@code 2^(i+j) * ((1+x/n)(1+y/n) - R[x][y]/n)}.
 *
 * <p>Without normalization of subnormals that value is used only if both operands are normal and
 * the exact product is at least the result's smallest normal number; else it is the exact product.
 */
record StudyProduct(Compensation compensation, boolean normalizeSubnormals) implements Multiplier {
  static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "study",
          Compensation.HELP + ",normalize-subnormals=true|false",
          "the exact product less the residual error of an adder-multiplier",
          new MultiplierEntry.Help(
              "((1 + x/n)(1 + y/n) - R[x][y]/n) 2^(i+j), R what compensation leaves of the error of"
                  + " adding codes",
              "the study that this program re-creates, after Mitchell 1962",
              "study:compensation=3"),
          options ->
              new StudyProduct(
                  Compensation.parse(options), options.flag("normalize-subnormals", true)));

  @Override
  public String name() {
    return "study:compensation=" + compensation + ",normalize-subnormals=" + normalizeSubnormals;
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    BoundProduct approximate = new Significands(compensation).bind(setting);
    return normalizeSubnormals
        ? approximate
        : new NormalOnly(
            setting,
            approximate,
            Multipliers.EXACT.bind(setting),
            smallestNormal(setting.requireResult(name())));
  }

  private static double smallestNormal(FloatGrid result) {
    return Math.scalb(1.0, 1 - result.bias());
  }

  private record Significands(Compensation compensation) implements SignificandModel {
    @Override
    public String name() {
      return "study";
    }

    @Override
    public double[] significands(int mantissaBits) {
      int[] residual = ErrorTable.residual(mantissaBits, compensation);
      return SignificandModel.tabulate(
          mantissaBits,
          (x, y, n) -> {
            double exact = (double) (n + x) * (n + y) / n;
            return (exact - residual[x << mantissaBits | y]) / n;
          });
    }
  }

  private record NormalOnly(
      ProductSetting setting, BoundProduct approximate, BoundProduct exact, double smallestNormal)
      implements BoundProduct {
    @Override
    public double of(int codeA, int codeW) {
      double real = exact.of(codeA, codeW);
      boolean used =
          isNormal(setting.floatA("study").format(), codeA)
              && isNormal(setting.floatW("study").format(), codeW)
              && Math.abs(real) >= smallestNormal;
      return used ? approximate.of(codeA, codeW) : real;
    }

    private static boolean isNormal(FloatFormat format, int code) {
      return format.magnitude(code) >= format.minNormalMagnitude();
    }

    @Override
    public ProductUnits units() {
      return exact.units().union(approximate.units());
    }
  }
}
