package fp8sim.cli.command;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.measure.CodeDistribution;
import fp8sim.multiplier.measure.ErrorMeasures;

/**
 * A multiplier on given operands, tried with all pairs of codes.
 *
 * @param name as the user gave it
 */
record MeasuredMultiplier(
    String name, Multiplier model, ProductSetting setting, ErrorMeasures measures) {
  static MeasuredMultiplier of(
      String name,
      Multiplier model,
      ProductSetting setting,
      CodeDistribution a,
      CodeDistribution w) {
    return new MeasuredMultiplier(name, model, setting, ErrorMeasures.of(model, setting, a, w));
  }

  /**
   * The product of every pair of codes.
   *
   * @throws Fp8simException (usage) if the operands are too wide
   */
  ProductTable products() {
    return ProductTable.tabulate(model, setting);
  }

  /** See {@link MultiplierMeasures#all}. */
  long outputs() {
    int bits = setting.a().codeBits() + setting.w().codeBits();
    return setting.result() == null ? 1L << bits : 0;
  }
}
