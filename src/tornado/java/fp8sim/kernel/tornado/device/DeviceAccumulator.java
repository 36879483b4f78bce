package fp8sim.kernel.tornado.device;

import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Overflow;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.multiplier.sum.Accumulator.ExactStep;
import fp8sim.multiplier.sum.Accumulator.FixedStep;
import fp8sim.multiplier.sum.Accumulator.Float32Step;
import fp8sim.multiplier.sum.Accumulator.RoundedStep;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An accumulator in the form of {@link AccumulatorKernel}: sums are integers in units of a power of
 * two.
 *
 * @param mode of the kernel
 * @param exponent of the unit
 * @param bits see the kernel; {@code lowest} and {@code max} too
 * @param overflows whether larger sums become infinite or wrap
 * @param chunk terms of a sum that is then added to a float32 sum, 0 for all
 */
public record DeviceAccumulator(
    int mode, int exponent, int bits, int lowest, long max, boolean overflows, int chunk) {
  /** Sums that are rounded at each step stay below twice the sum of magnitudes. */
  private static final int ROUNDED_BITS = 60;

  /** High parts of sums have 64 bits, less what helps to round them. */
  private static final int WIDE_BITS = 95;

  private static final long NO_MAX = Long.MAX_VALUE;

  /** The accumulator for products of these units. */
  public static DeviceAccumulator of(Accumulator accumulator, ProductUnits units) {
    return switch (accumulator.step()) {
      case ExactStep() ->
          new DeviceAccumulator(
              AccumulatorKernel.WIDE, units.exponent(), 0, 0, NO_MAX, false, accumulator.chunk());
      case Float32Step() ->
          new DeviceAccumulator(
              AccumulatorKernel.FLOAT, 0, 0, 0, NO_MAX, false, accumulator.chunk());
      case FixedStep fixed -> {
        int bits = fixed.integerBits() + fixed.fractionBits();
        yield new DeviceAccumulator(
            AccumulatorKernel.FIXED,
            -fixed.fractionBits(),
            Long.SIZE - bits,
            0,
            (1L << (bits - 1)) - 1,
            fixed.wrap(),
            accumulator.chunk());
      }
      case RoundedStep rounded -> rounded(rounded, units, accumulator.chunk());
    };
  }

  /** The unit also divides the largest value of the format, at which sums stop. */
  private static DeviceAccumulator rounded(RoundedStep step, ProductUnits units, int chunk) {
    FloatFormat format = step.format();
    double largest = format.maxFinite(step.bias());
    int exponent = Math.min(units.exponent(), Math.getExponent(largest) - format.mantissaBits());
    int lowest = 1 - step.bias() - format.mantissaBits() - exponent;
    double max = Math.scalb(largest, -exponent);
    return new DeviceAccumulator(
        AccumulatorKernel.ROUNDED,
        exponent,
        format.mantissaBits(),
        Math.clamp(lowest, 0, ROUNDED_BITS + 2),
        max < 0x1p62 ? (long) max : NO_MAX,
        step.conversion().overflow() == Overflow.IEEE,
        chunk);
  }

  /** Why devices cannot add products of these units, in a few words; empty if they can. */
  public static String problem(Accumulator accumulator, ProductUnits units, int terms) {
    int bits = units.sumBits(terms);
    if (accumulator.step() instanceof RoundedStep step) {
      boolean plain =
          step.conversion().equals(ConversionMode.DEFAULT.with(step.conversion().overflow()));
      if (step.format().normalOnly() || !plain) {
        return "accumulator " + accumulator.name();
      }
      int exponent = of(accumulator, units).exponent();
      bits += units.exponent() - exponent;
      if (bits > ROUNDED_BITS) {
        return "accumulator %s with sums of %d bits".formatted(accumulator.name(), bits + 1);
      }
      return small(exponent);
    }
    if (accumulator.step() instanceof ExactStep) {
      return bits > WIDE_BITS ? "sums of %d bits".formatted(bits + 1) : small(units.exponent());
    }
    return "";
  }

  /** A rounded sum times the unit is exact where results are normal numbers. */
  private static String small(int exponent) {
    return exponent < Float.MIN_EXPONENT ? "products below 2^-126" : "";
  }

  /** The products in units, as the kernel reads them; for all modes but {@code FLOAT}. */
  public int[] words(ProductTable table) {
    int rows = 1 << table.bitsA();
    int columns = 1 << table.bitsW();
    int perProduct = AccumulatorKernel.words(mode);
    int[] words = new int[(rows + 1) * columns * perProduct];
    for (int i = 0; i < rows * columns; i++) {
      double product = table.of(i / columns, i % columns);
      double units = Math.scalb(product, -exponent);
      int at = i * perProduct;
      if (mode == AccumulatorKernel.WIDE) {
        BigInteger whole = new BigDecimal(units).toBigIntegerExact();
        BigInteger high = whole.shiftRight(AccumulatorKernel.LOW_BITS);
        put(words, at, high.longValueExact());
        put(words, at + 2, whole.subtract(high.shiftLeft(AccumulatorKernel.LOW_BITS)).longValue());
      } else if (mode == AccumulatorKernel.FIXED) {
        double whole = Math.floor(units);
        put(words, at, whole(whole));
        words[at + 2] = rest(units - whole);
      } else {
        put(words, at, (long) units);
      }
    }
    return words;
  }

  private static void put(int[] words, int at, long value) {
    words[at] = (int) (value >> Integer.SIZE);
    words[at + 1] = (int) value;
  }

  /**
   * As many bits as count: when wrapping the low ones, where the remainder drops multiples of 2^63
   * only; else so many that any sum with it is beyond the limit.
   */
  private long whole(double units) {
    return overflows
        ? (long) Math.IEEEremainder(units, 0x1p63)
        : (long) Math.clamp(units, -0x1p62, 0x1p62);
  }

  private static int rest(double part) {
    if (part == 0) {
      return 0;
    }
    return part < 0.5
        ? AccumulatorKernel.LESS
        : part == 0.5 ? AccumulatorKernel.HALF : AccumulatorKernel.MORE;
  }
}
