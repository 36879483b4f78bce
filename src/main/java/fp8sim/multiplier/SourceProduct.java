package fp8sim.multiplier;

import fp8sim.Fp8simException;
import fp8sim.UserPath;
import java.lang.invoke.MethodHandle;

/**
 * A user's Java class, compiled in memory: {@code int multiply(int codeA, int codeB)} gives a
 * result code (with integer formats: integers and their product), {@code float multiply(float a,
 * float b)} a value. It must be a function of its operands: it is called once for each pair of
 * codes.
 *
 * @param file as specified
 * @param onCodes whether the method multiplies codes
 * @param multiply the method, bound to an instance if it is not static
 */
record SourceProduct(String file, boolean onCodes, MethodHandle multiply) implements ProductModel {
  private static final int MAX_CODE_BITS = 8;

  static final ModelEntry ENTRY =
      new ModelEntry(
          "source",
          "file=F.java",
          "a Java class with int multiply(int codeA, int codeB) or float multiply(float a, float"
              + " b)",
          new ModelEntry.Help(
              "what the class computes", "your own file", "source:file=MyMultiplier.java"),
          options -> read(options.required("file")));

  private static SourceProduct read(String file) {
    UserClass compiled = UserClass.compile(UserPath.of("multiplier source", file));
    MethodHandle onCodes = compiled.find("multiply", int.class);
    MethodHandle onValues = compiled.find("multiply", float.class);
    if (onCodes != null) {
      return new SourceProduct(file, true, onCodes);
    }
    if (onValues != null) {
      return new SourceProduct(file, false, onValues);
    }
    throw Fp8simException.input(
        "multiplier source "
            + file
            + " has neither 'int multiply(int codeA, int codeB)'"
            + " nor 'float multiply(float a, float b)'");
  }

  @Override
  public String name() {
    return "source:file=" + file;
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    if (onCodes && Math.max(setting.a().codeBits(), setting.w().codeBits()) > MAX_CODE_BITS) {
      throw Fp8simException.usage(
          "multiplier "
              + name()
              + " is defined on codes of at most 8 bits, not on "
              + setting.a().name()
              + " and "
              + setting.w().name()
              + "; use bias policy saturate or real, or 'float multiply(float a, float b)'");
    }
    if (!ProductTable.fits(setting)) {
      throw Fp8simException.usage(
          "multiplier " + name() + ": formats of more than 9 bits are too wide to tabulate it");
    }
    int bitsW = setting.w().codeBits();
    double[] products = new double[1 << (setting.a().codeBits() + bitsW)];
    for (int i = 0; i < products.length; i++) {
      products[i] = product(setting, i >> bitsW, i & ((1 << bitsW) - 1)) + 0.0;
    }
    return new ProductTable(setting.a().codeBits(), bitsW, products);
  }

  private double product(ProductSetting setting, int codeA, int codeW) {
    if (!setting.a().isFinite(codeA) || !setting.w().isFinite(codeW)) {
      return 0;
    }
    double value = onCodes ? ofCodes(setting, codeA, codeW) : ofValues(setting, codeA, codeW);
    return setting.rounding().round(value);
  }

  private double ofCodes(ProductSetting setting, int codeA, int codeW) {
    if (setting.a() instanceof IntegerGrid a && setting.w() instanceof IntegerGrid w) {
      return (int) call(a.integer(codeA), w.integer(codeW));
    }
    int result = (int) call(codeA, codeW);
    return ResultCodes.value(name(), setting.requireResult(name()), result);
  }

  private double ofValues(ProductSetting setting, int codeA, int codeW) {
    float a = (float) setting.a().value(codeA);
    float w = (float) setting.w().value(codeW);
    float value = (float) call(a, w);
    if (!Float.isFinite(value)) {
      throw Fp8simException.input(
          "multiplier " + name() + ": multiply(" + a + ", " + w + ") gives " + value);
    }
    return value;
  }

  private Object call(Object a, Object w) {
    try {
      return multiply.invoke(a, w);
    } catch (Throwable e) {
      throw Fp8simException.input(
          "multiplier " + name() + ": multiply(" + a + ", " + w + ") threw " + e, e);
    }
  }
}
