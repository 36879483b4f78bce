package fp8sim.multiplier;

import fp8sim.common.Fp8simException;
import java.util.function.Supplier;

/**
 * An {@link IntegerModel} on integer operands. Codes of unsigned operands are their magnitudes: a
 * zero point is subtracted from the sum of products, as {@link IntegerGrid} says.
 */
public record IntegerProduct(IntegerModel model, IntegerGrid a, IntegerGrid w)
    implements BoundProduct {

  /**
   * Binds a model to integers, or lets it be bound to minifloats.
   *
   * @throws Fp8simException if one operand is an integer and the other a minifloat
   */
  public static BoundProduct bind(
      IntegerModel model, ProductSetting setting, Supplier<BoundProduct> ofMinifloats) {
    if (setting.a() instanceof IntegerGrid a && setting.w() instanceof IntegerGrid w) {
      return ScannedProduct.orTable(new IntegerProduct(model, a, w), setting);
    }
    if (setting.a() instanceof FloatGrid && setting.w() instanceof FloatGrid) {
      return ofMinifloats.get();
    }
    throw Fp8simException.usage(
        "multiplier %s multiplies two integers or two minifloats, not %s and %s"
            .formatted(model.name(), setting.a().name(), setting.w().name()));
  }

  @Override
  public double of(int codeA, int codeW) {
    int qA = a.integer(codeA);
    int qW = w.integer(codeW);
    if (qA == 0 || qW == 0) {
      return 0;
    }
    long magnitude = model.magnitude(Math.abs(qA), Math.abs(qW));
    return qA < 0 == qW < 0 ? magnitude : -magnitude;
  }

  @Override
  public ProductUnits units() {
    return TableUnits.of(this, a.codeBits(), w.codeBits());
  }
}
