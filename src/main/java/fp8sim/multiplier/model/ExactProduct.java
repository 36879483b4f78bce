package fp8sim.multiplier.model;

import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductUnits;
import fp8sim.multiplier.TableGrid;

/** The real product, of minifloats or integers. */
record ExactProduct() implements Multiplier {
  static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "exact",
          "",
          "the real product",
          new MultiplierEntry.Help("(1 + x/n)(1 + y/n) 2^(i+j)", "IEEE 754", "exact"),
          options -> new ExactProduct());

  @Override
  public String name() {
    return "exact";
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    return new Bound(setting);
  }

  private record Bound(ProductSetting setting) implements BoundProduct {
    @Override
    public double of(int codeA, int codeW) {
      boolean finite = setting.a().isFinite(codeA) && setting.w().isFinite(codeW);
      return finite
          ? setting.rounding().round(setting.a().value(codeA) * setting.w().value(codeW))
          : 0;
    }

    @Override
    public ProductUnits units() {
      int exponent = unitExponent(setting.a()) + unitExponent(setting.w());
      double largest = largest(setting.a()) * largest(setting.w());
      return setting.rounding().units(ProductUnits.of(exponent, largest));
    }

    private static int unitExponent(Grid grid) {
      return switch (grid) {
        case FloatGrid floats -> floats.unitExponent();
        case IntegerGrid _ -> 0;
        case TableGrid table -> table.units().exponent();
      };
    }

    private static double largest(Grid grid) {
      return switch (grid) {
        case FloatGrid floats -> floats.maxFinite();
        // The magnitude of the smallest signed integer is one more than the largest.
        case IntegerGrid integers -> integers.max() + 1;
        case TableGrid table -> table.format().largest();
      };
    }
  }
}
