package fp8sim.multiplier.model;

import fp8sim.common.Fp8simException;
import fp8sim.common.OptionNames;
import fp8sim.common.UserOption;
import fp8sim.format.FloatFormat;
import fp8sim.format.Specials;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.MultiplierOptions;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductUnits;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The hardware: the codes of both magnitudes are added as integers, {@code s = cA + cW - (bA + bW -
 * bR) * n + C[fA][fW]}, and the result is the value of code {@code s} with the result's bias.
 *
 * @param overflow of {@code s} above the largest code
 * @param underflow of {@code s} below zero
 * @param rawZero whether the adder runs on zero operands too; otherwise they give zero
 * @param normalizeSubnormals whether subnormal operands are replaced by normal codes with exponents
 *     below the range
 */
record AdderProduct(
    Compensation compensation,
    AdderOverflow overflow,
    AdderUnderflow underflow,
    boolean rawZero,
    boolean normalizeSubnormals)
    implements Multiplier {

  enum AdderOverflow {
    SATURATE,
    WRAP
  }

  enum AdderUnderflow {
    ZERO,
    WRAP,
    KEEP_FRACTION
  }

  static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "adder",
          Compensation.HELP
              + ",overflow=saturate|wrap,underflow=zero|wrap|keep-fraction,zero=zero|raw,"
              + "normalize-subnormals=false|true",
          "one integer addition of codes",
          new MultiplierEntry.Help(
              "the value of code cA + cW - (bA + bW - bR) n + C[fA][fW]",
              "Mitchell, IRE Transactions on Electronic Computers, 1962; compensation: the study",
              "adder:compensation=3,overflow=saturate"),
          AdderProduct::read);

  private static AdderProduct read(MultiplierOptions options) {
    return new AdderProduct(
        Compensation.parse(options),
        options.choice("overflow", AdderOverflow.class, AdderOverflow.SATURATE),
        options.choice("underflow", AdderUnderflow.class, AdderUnderflow.ZERO),
        options.choice("zero", "zero", "zero", "raw").equals("raw"),
        options.flag("normalize-subnormals", false));
  }

  @Override
  public String name() {
    return "adder:compensation="
        + compensation
        + ",overflow="
        + OptionNames.of(overflow)
        + ",underflow="
        + OptionNames.of(underflow)
        + ",zero="
        + (rawZero ? "raw" : "zero")
        + ",normalize-subnormals="
        + normalizeSubnormals;
  }

  /**
   * One more exponent bit than the wider operand and the sum of both biases: then the code of a
   * product is the sum of the operands' codes (and of a constant, which may still leave the range).
   */
  @Override
  public Optional<FloatGrid> resultGrid(Grid a, Grid w) {
    if (a instanceof FloatGrid first && w instanceof FloatGrid second) {
      FloatFormat one = first.format();
      FloatFormat other = second.format();
      int mantissaBits = Math.max(one.mantissaBits(), other.mantissaBits());
      int exponentBits = Math.max(one.exponentBits(), other.exponentBits()) + 1;
      FloatFormat format =
          new FloatFormat(
              "e" + exponentBits + "m" + mantissaBits,
              exponentBits,
              mantissaBits,
              true,
              one.normalOnly() && other.normalOnly(),
              Specials.NONE,
              OptionalInt.empty());
      return Optional.of(new FloatGrid(format, first.bias() + second.bias()));
    }
    return Optional.empty();
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    FloatGrid a = setting.floatA(name());
    FloatGrid w = setting.floatW(name());
    FloatGrid result = setting.requireResult(name());
    int mantissaBits = Math.max(a.format().mantissaBits(), w.format().mantissaBits());
    return new Bound(
        this,
        new AdderOperand(a, mantissaBits, normalizeSubnormals),
        new AdderOperand(w, mantissaBits, normalizeSubnormals),
        new FloatGrid(withMantissa(result.format(), mantissaBits), result.bias()),
        compensation.table(mantissaBits),
        (a.bias() + w.bias() - result.bias()) << mantissaBits,
        setting.rounding());
  }

  /** The sum has the mantissa of the wider operand, and the exponent of the result format. */
  private static FloatFormat withMantissa(FloatFormat result, int mantissaBits) {
    if (result.mantissaBits() == mantissaBits) {
      return result;
    }
    if (result.exponentBits() + mantissaBits > 15) {
      throw Fp8simException.usage(
          "multiplier adder: result format "
              + result.name()
              + " with the operands' "
              + mantissaBits
              + " mantissa bits is wider than 16 bits; choose another "
              + UserOption.RESULT_FORMAT);
    }
    return new FloatFormat(
        result.name(),
        result.exponentBits(),
        mantissaBits,
        result.signed(),
        result.normalOnly(),
        result.specials(),
        result.fixedBias());
  }

  private record Bound(
      AdderProduct model,
      AdderOperand a,
      AdderOperand w,
      FloatGrid result,
      int[] constants,
      int biasCodes,
      ProductRounding rounding)
      implements BoundProduct {

    @Override
    public double of(int codeA, int codeW) {
      boolean skipped = a.isZero(codeA) || w.isZero(codeW);
      if (!a.isFinite(codeA) || !w.isFinite(codeW) || (skipped && !model.rawZero)) {
        return 0;
      }
      double magnitude = result.format().magnitudeValue(sum(codeA, codeW), result.bias());
      boolean negative = a.isNegative(codeA) != w.isNegative(codeW);
      return rounding.round(negative ? -magnitude : magnitude);
    }

    private int sum(int codeA, int codeW) {
      int mantissaBits = result.format().mantissaBits();
      int cA = a.magnitude(codeA);
      int cW = w.magnitude(codeW);
      int fractionMask = (1 << mantissaBits) - 1;
      int fractions = (cA & fractionMask) << mantissaBits | (cW & fractionMask);
      return limited(cA + cW - biasCodes + constants[fractions], fractionMask);
    }

    private int limited(int sum, int fractionMask) {
      int codeMask = (1 << result.format().magnitudeBits()) - 1;
      if (sum < 0) {
        return switch (model.underflow) {
          case ZERO -> 0;
          case WRAP -> sum & codeMask;
          case KEEP_FRACTION -> sum & fractionMask;
        };
      }
      return switch (model.overflow) {
        case SATURATE -> Math.min(sum, result.format().maxMagnitude());
        case WRAP -> sum & codeMask;
      };
    }

    @Override
    public ProductUnits units() {
      int codeMask = (1 << result.format().magnitudeBits()) - 1;
      double largest = result.format().magnitudeValue(codeMask, result.bias());
      return rounding.units(ProductUnits.of(result.unitExponent(), largest));
    }
  }
}
