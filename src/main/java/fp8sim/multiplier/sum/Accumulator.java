package fp8sim.multiplier.sum;

import fp8sim.common.Fp8simException;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.format.Overflow;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.ProductUnits;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the products of one output are added, always in index order.
 *
 * @param name the specification, which {@link #parse} reads back
 * @param step what one addition does
 * @param chunk number of terms added by {@code step} before the partial sum is added to a float32
 *     sum; 0 if all terms are
 */
public record Accumulator(String name, Step step, int chunk) {
  /** One kind of addition. */
  public sealed interface Step {}

  /** Sequential float32 additions of products rounded to float32. */
  public record Float32Step() implements Step {}

  /** An exact integer sum, rounded once to float32. */
  public record ExactStep() implements Step {}

  /** Rounded to a small format after every addition. */
  public record RoundedStep(FloatFormat format, int bias, ConversionMode conversion)
      implements Step {}

  /**
   * Two's complement fixed point of {@code integerBits + fractionBits} bits, the sign counted among
   * the integer bits; rounded to nearest-even after every addition, saturating or wrapping.
   */
  public record FixedStep(int integerBits, int fractionBits, boolean wrap) implements Step {}

  public static final Accumulator FP32 = new Accumulator("fp32", new Float32Step(), 0);
  public static final Accumulator EXACT = new Accumulator("exact", new ExactStep(), 0);

  /** What {@link #parse} reads, for help and errors. */
  public static final String ALLOWED =
      "fp32, exact, fp16, bf16, eXmY[:bias=N], qI.F[:wrap] (I + F <= 62 bits, I with the sign);"
          + " all but the first two with :N for chunks of N terms, e.g. fp16:64";

  private static final Pattern CHUNKED = Pattern.compile("(.+):(\\d{1,6})");
  private static final Pattern FIXED = Pattern.compile("q(\\d{1,2})\\.(\\d{1,2})(:wrap)?");
  private static final int MAX_FIXED_BITS = 62;

  /**
   * The accumulator of a specification.
   *
   * @throws Fp8simException one line that lists what is allowed
   */
  public static Accumulator parse(String name) {
    if (name.equals(FP32.name)) {
      return FP32;
    }
    if (name.equals(EXACT.name)) {
      return EXACT;
    }
    Matcher chunked = CHUNKED.matcher(name);
    if (!chunked.matches()) {
      return new Accumulator(name, step(name, name), 0);
    }
    int chunk = Integer.parseInt(chunked.group(2));
    if (chunk == 0) {
      throw unknown(name);
    }
    return new Accumulator(name, step(chunked.group(1), name), chunk);
  }

  private static Step step(String text, String name) {
    ConversionMode ieee = ConversionMode.DEFAULT.with(Overflow.IEEE);
    for (FloatFormat format : new FloatFormat[] {Formats.FLOAT16, Formats.BFLOAT16}) {
      if (format.name().equals(text)) {
        return new RoundedStep(format, format.standardBias(), ieee);
      }
    }
    Matcher fixed = FIXED.matcher(text);
    if (fixed.matches()) {
      return fixedStep(fixed, name);
    }
    if (text.startsWith("e")
        && !text.contains("fnuz")
        && Formats.parse(text) instanceof FloatFormat format) {
      return new RoundedStep(format, format.standardBias(), ConversionMode.DEFAULT);
    }
    throw unknown(name);
  }

  private static FixedStep fixedStep(Matcher fixed, String name) {
    int integerBits = Integer.parseInt(fixed.group(1));
    int fractionBits = Integer.parseInt(fixed.group(2));
    if (integerBits == 0 || integerBits + fractionBits > MAX_FIXED_BITS) {
      throw unknown(name);
    }
    return new FixedStep(integerBits, fractionBits, fixed.group(3) != null);
  }

  private static Fp8simException unknown(String name) {
    return Fp8simException.usage("unknown accumulator '" + name + "', use one of " + ALLOWED);
  }

  /**
   * An empty sum, as the reference adds.
   *
   * @param units of the products that will be added, see {@link BoundProduct#units}
   */
  public RunningSum start(ProductUnits units) {
    RunningSum sum =
        switch (step) {
          case Float32Step() -> new Float32Sum();
          case ExactStep() -> new ExactSum(units.exponent());
          case RoundedStep rounded -> new RoundedSum(rounded);
          case FixedStep fixed -> new FixedSum(fixed);
        };
    return chunk == 0 ? sum : new ChunkedSum(sum, chunk);
  }
}
