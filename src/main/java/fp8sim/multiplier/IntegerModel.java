package fp8sim.multiplier;

/**
 * A model that multiplies integers as its publication does: magnitudes are multiplied, and the sign
 * of the exact product is kept (sign-magnitude operands). A zero operand gives zero.
 */
public interface IntegerModel extends Multiplier {
  /**
   * The product of two magnitudes, an integer.
   *
   * @param a at least 1
   * @param w at least 1
   */
  long magnitude(int a, int w);

  /** Binds a model that multiplies significands too. */
  static <M extends IntegerModel & SignificandModel> BoundProduct bind(
      M model, ProductSetting setting) {
    return IntegerProduct.bind(model, setting, () -> FactoredProduct.bind(model, setting));
  }
}
