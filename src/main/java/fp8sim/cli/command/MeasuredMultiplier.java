package fp8sim.cli.command;

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
    String name, ProductSetting setting, ProductTable products, ErrorMeasures measures) {
  static MeasuredMultiplier of(
      String name,
      Multiplier model,
      ProductSetting setting,
      CodeDistribution a,
      CodeDistribution w) {
    return new MeasuredMultiplier(
        name,
        setting,
        ProductTable.tabulate(model, setting),
        ErrorMeasures.of(model, setting, a, w));
  }

  /** See {@link MultiplierMeasures#all}. */
  long outputs() {
    int bits = setting.a().codeBits() + setting.w().codeBits();
    return setting.result() == null ? 1L << bits : 0;
  }
}
