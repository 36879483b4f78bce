package fp8sim.multiplier;

import fp8sim.common.Fp8simException;

/**
 * The products of all pairs of codes: the meeting point of product models and kernels. The product
 * of codes {@code a} and {@code w} is at index {@code a << bitsW | w}.
 */
public final class ProductTable implements BoundProduct {
  /** 9 + 9: eight bits, and one more for values above the top (bias policy {@code study}). */
  private static final int MAX_INDEX_BITS = 18;

  private static final int INT_BITS = 31;
  private static final int LONG_BITS = 63;

  private final int bitsA;
  private final int bitsW;
  private final double[] products;
  private final ProductUnits units;

  public ProductTable(int bitsA, int bitsW, double[] products) {
    this.bitsA = bitsA;
    this.bitsW = bitsW;
    this.products = products;
    this.units = TableUnits.of(products);
  }

  /** Whether operands are narrow enough for a table. */
  public static boolean fits(ProductSetting setting) {
    return setting.a().codeBits() + setting.w().codeBits() <= MAX_INDEX_BITS;
  }

  /** All products of a model. */
  public static ProductTable tabulate(Multiplier model, ProductSetting setting) {
    if (!fits(setting)) {
      throw Fp8simException.usage(
          "multiplier "
              + model.name()
              + ": formats "
              + setting.a().name()
              + " and "
              + setting.w().name()
              + " are too wide for a product table");
    }
    BoundProduct product = model.bind(setting);
    return product instanceof ProductTable table
        ? table
        : of(product, setting.a().codeBits(), setting.w().codeBits());
  }

  public static ProductTable of(BoundProduct product, int bitsA, int bitsW) {
    double[] products = new double[1 << (bitsA + bitsW)];
    for (int i = 0; i < products.length; i++) {
      // Adding +0 turns -0 into +0, so that equal tables have equal bits.
      products[i] = product.of(i >> bitsW, i & ((1 << bitsW) - 1)) + 0.0;
    }
    return new ProductTable(bitsA, bitsW, products);
  }

  /** Width of the first operand's codes. */
  public int bitsA() {
    return bitsA;
  }

  /** Width of the second operand's codes. */
  public int bitsW() {
    return bitsW;
  }

  @Override
  public double of(int codeA, int codeW) {
    return products[codeA << bitsW | codeW];
  }

  /** The unit is the largest power of two that divides all products. */
  @Override
  public ProductUnits units() {
    return units;
  }

  /** The products as float32, each rounded once, in a new array. */
  public float[] floats() {
    float[] values = new float[products.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) products[i];
    }
    return values;
  }

  /** Whether {@link #floats} are the products exactly. */
  public boolean isFloatExact() {
    for (double product : products) {
      if ((float) product != product) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@link #ints} exist. */
  public boolean fitsInt() {
    return units.bits() <= INT_BITS;
  }

  /** The products in units, in a new array; only if {@link #fitsInt}. */
  public int[] ints() {
    int[] values = new int[products.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.toIntExact((long) inUnits(i));
    }
    return values;
  }

  /** Whether {@link #longs} exist. */
  public boolean fitsLong() {
    return units.bits() <= LONG_BITS;
  }

  /** The products in units, in a new array; only if {@link #fitsLong}. */
  public long[] longs() {
    if (!fitsLong()) {
      throw new IllegalStateException("products need " + units.bits() + " bits and a sign");
    }
    long[] values = new long[products.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) inUnits(i);
    }
    return values;
  }

  private double inUnits(int index) {
    return Math.scalb(products[index], -units.exponent());
  }

  /**
   * Whether the top bits of both codes are signs of sign-magnitude numbers: flipping one of them
   * negates the product.
   */
  public boolean isSignSymmetric() {
    int signA = 1 << (bitsA + bitsW - 1);
    int signW = 1 << (bitsW - 1);
    for (int i = 0; i < products.length; i++) {
      if (products[i] != -products[i ^ signA] || products[i] != -products[i ^ signW]) {
        return false;
      }
    }
    return true;
  }
}
