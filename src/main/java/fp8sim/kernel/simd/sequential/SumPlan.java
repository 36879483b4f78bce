package fp8sim.kernel.simd.sequential;

import fp8sim.format.FloatFormat;
import fp8sim.format.Overflow;
import fp8sim.multiplier.sum.Accumulator;

/**
 * How the sums of a step are computed, or why vectors cannot: an accumulator's rule, and what is
 * added instead of a product.
 *
 * @param misfit why vectors cannot; empty if they can
 * @param scale exponent of the power of two that products are multiplied by
 * @param modulus exponent of the power of two of which products are remainders; {@link #NO_MODULUS}
 *     for all of them
 * @param digits parts of each product that are summed apart
 * @param digitBits bits of a part
 */
record SumPlan(String misfit, SumRule rule, int scale, int modulus, int digits, int digitBits) {
  static final int NO_MODULUS = Integer.MAX_VALUE;

  private static final int FLOAT_BITS = 24;
  private static final int DOUBLE_BITS = 53;
  private static final int FLOAT_FRACTION = 23;
  private static final int DOUBLE_FRACTION = 52;

  /** Above these exponents, what {@link SumRule.Kind#ROUND} adds would not be a float32 number. */
  private static final int LARGEST_EXPONENT = 126;

  /** Fixed-point sums wrap in 22 bits of a float32 number, before and after an addition. */
  private static final int FLOAT_WRAP_BITS = 21;

  private static final int DOUBLE_WRAP_BITS = 50;
  private static final int WIDEST_SUM = 127;

  static SumPlan of(Accumulator accumulator, ProductFacts facts, long terms) {
    long inOne = accumulator.chunk() == 0 ? terms : Math.min(terms, accumulator.chunk());
    SumPlan plan =
        switch (accumulator.step()) {
          case Accumulator.Float32Step() -> plain(SumRule.Kind.PLAIN);
          case Accumulator.ExactStep() -> exact(facts, inOne);
          case Accumulator.RoundedStep step -> rounded(step, facts);
          case Accumulator.FixedStep step -> fixed(step, facts, inOne);
        };
    return accumulator.chunk() == 0 ? plan : plan.inChunks(accumulator.chunk());
  }

  private static SumPlan misfit(String reason) {
    return new SumPlan(reason, SumRule.plain(SumRule.Kind.PLAIN), 0, NO_MODULUS, 1, 0);
  }

  private static SumPlan plain(SumRule.Kind kind) {
    return of(SumRule.plain(kind));
  }

  private static SumPlan of(SumRule rule) {
    return new SumPlan("", rule, 0, NO_MODULUS, 1, 0);
  }

  private SumPlan inChunks(int chunk) {
    if (digits > 1) {
      return misfit("chunks of sums of more than 53 bits");
    }
    SumRule r = rule;
    SumRule chunked = new SumRule(r.kind(), chunk, r.start(), r.a(), r.b(), r.c(), r.d());
    return new SumPlan(misfit, chunked, scale, modulus, digits, digitBits);
  }

  boolean isPossible() {
    return misfit.isEmpty();
  }

  /** Sums in the narrowest type that holds them, else in parts. */
  private static SumPlan exact(ProductFacts facts, long terms) {
    int bits = facts.units().sumBits(terms);
    if (!facts.floatExact()) {
      return misfit("products of more than 24 bits");
    }
    if (bits > WIDEST_SUM) {
      return misfit("sums of more than 128 bits");
    }
    if (bits <= FLOAT_BITS) {
      return plain(SumRule.Kind.PLAIN);
    }
    SumRule wide = SumRule.plain(SumRule.Kind.PLAIN_WIDE);
    if (bits <= DOUBLE_BITS) {
      return of(wide);
    }
    int digitBits = DOUBLE_BITS - (bits - facts.units().bits());
    int digits = Math.ceilDiv(facts.units().bits(), digitBits);
    return new SumPlan("", wide, 0, NO_MODULUS, digits, digitBits);
  }

  private static SumPlan rounded(Accumulator.RoundedStep step, ProductFacts facts) {
    FloatFormat format = step.format();
    if (format.normalOnly()) {
      return misfit("an accumulator without subnormal numbers");
    }
    if (!facts.floatExact()) {
      return misfit("products of more than 24 bits");
    }
    int bits = format.mantissaBits() + 1;
    int lowest = 1 - step.bias() - format.mantissaBits();
    int highest = Math.getExponent(format.maxFinite(step.bias()));
    boolean ieee = step.conversion().overflow() == Overflow.IEEE;
    boolean inFloats = roundsOnce(FLOAT_BITS, bits, highest - lowest, facts);
    int toTop = Float.MAX_EXPONENT - highest;
    if (inFloats
        && ieee
        && facts.fitsScaled(toTop)
        && keepsLowest(facts, lowest, toTop, bits - 1)) {
      return carry(format.mantissaBits(), toTop);
    }
    if (inFloats
        && highest + FLOAT_BITS - bits <= LARGEST_EXPONENT
        && lowest >= Float.MIN_EXPONENT - FLOAT_FRACTION) {
      boolean coarse = !ieee && facts.units().exponent() >= lowest;
      return of(coarse ? coarse(step, bits) : inFloats(step, bits, lowest, ieee));
    }
    return roundsOnce(DOUBLE_BITS, bits, highest - lowest, facts)
        ? of(inDoubles(step, bits, lowest, ieee))
        : misfit("products and sums that differ by more than 53 bits");
  }

  /**
   * Whether a sum that is first rounded to {@code wide} bits and then to {@code bits} is the exact
   * sum rounded once. It differs only if the first rounding gives a tie of the second. A product
   * that makes it one, together with what is cut off, reaches from half of the last bit kept to
   * below the wide sum's last bit, and so has at least {@code wide - bits} bits; or the product is
   * the tie itself, and the old sum is what is cut off. The latter cannot be if products are no
   * longer than sums (a sum would have to be longer than it is; Figueroa, "When is double rounding
   * innocuous?", 1995), or if nothing that small is left: because of the units of products, or
   * because the format's own range is no wider.
   *
   * @param range from the exponent of the format's last bit to that of its largest number
   */
  private static boolean roundsOnce(int wide, int bits, int range, ProductFacts facts) {
    boolean shortProducts = facts.significantBits() <= bits && 2 * bits + 1 <= wide;
    return facts.significantBits() <= wide - 1 - bits
        && (shortProducts || facts.units().bits() <= wide - 1 || range <= wide - 1);
  }

  /**
   * Whether sums have no bits below the lowest of the format, or those of a float32 number that is
   * subnormal end where the format's do.
   */
  private static boolean keepsLowest(ProductFacts facts, int lowest, int scale, int mantissaBits) {
    return facts.units().exponent() >= lowest
        || facts.units().bits() == 0
        || lowest + scale == Float.MIN_EXPONENT - mantissaBits;
  }

  private static SumPlan carry(int mantissaBits, int scale) {
    int dropped = FLOAT_FRACTION - mantissaBits;
    long half = (1L << (dropped - 1)) - 1;
    long inverse = Float.floatToRawIntBits(Math.scalb(1f, -scale));
    SumRule rule = new SumRule(SumRule.Kind.CARRY, 0, 0, dropped, half, -1 << dropped, inverse);
    return new SumPlan("", rule, scale, NO_MODULUS, 1, 0);
  }

  /** What is added to the exponent of a sum, and to it, so that it has so many bits. */
  private static int offset(int bits) {
    return ((FLOAT_BITS - bits) << FLOAT_FRACTION) + (1 << (FLOAT_FRACTION - 1));
  }

  private static SumRule coarse(Accumulator.RoundedStep step, int bits) {
    int most = Float.floatToRawIntBits((float) step.format().maxFinite(step.bias()));
    int least = most | Integer.MIN_VALUE;
    return new SumRule(SumRule.Kind.COARSE, 0, 0, offset(bits), 0, most, least);
  }

  private static SumRule inFloats(
      Accumulator.RoundedStep step, int bits, int lowest, boolean ieee) {
    int least = Float.floatToRawIntBits(Math.scalb(1.5f, lowest + FLOAT_FRACTION));
    int most = Float.floatToRawIntBits((float) step.format().maxFinite(step.bias()));
    int infinity = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    return ieee
        ? new SumRule(SumRule.Kind.OVERFLOW, 0, 0, offset(bits), least, most, infinity)
        : new SumRule(SumRule.Kind.ROUND, 0, 0, offset(bits), least, most, most);
  }

  private static SumRule inDoubles(
      Accumulator.RoundedStep step, int bits, int lowest, boolean ieee) {
    long offset = ((long) (DOUBLE_BITS - bits) << DOUBLE_FRACTION) + (1L << (DOUBLE_FRACTION - 1));
    long least = Double.doubleToRawLongBits(Math.scalb(1.5, lowest + DOUBLE_FRACTION));
    long most = Double.doubleToRawLongBits(step.format().maxFinite(step.bias()));
    long infinity = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);
    return new SumRule(
        SumRule.Kind.OVERFLOW_WIDE, 0, 0, offset, least, most, ieee ? infinity : most);
  }

  private static SumPlan fixed(Accumulator.FixedStep step, ProductFacts facts, long terms) {
    int width = step.integerBits() + step.fractionBits();
    double most = Math.scalb(1.0, step.integerBits() - 1);
    boolean neverRounds = facts.units().exponent() >= -step.fractionBits();
    if (neverRounds && facts.largest() * terms < most && facts.largest() < 0x1p90) {
      // Nothing is rounded or limited: the sum is exact.
      return exact(facts, terms);
    }
    if (!facts.floatExact()) {
      return misfit("products of more than 24 bits");
    }
    int floatBits = step.wrap() ? FLOAT_WRAP_BITS : FLOAT_FRACTION;
    if (width > (step.wrap() ? DOUBLE_WRAP_BITS : DOUBLE_FRACTION)) {
      return misfit("fixed point of %d bits, more than a double has".formatted(width));
    }
    SumRule rule =
        width <= floatBits ? fixedFloats(step, width, most) : fixedDoubles(step, width, most);
    return new SumPlan("", rule, 0, step.wrap() ? step.integerBits() : NO_MODULUS, 1, 0);
  }

  private static SumRule fixedFloats(Accumulator.FixedStep step, int width, double most) {
    float zero = Math.scalb(1.5f, FLOAT_FRACTION - step.fractionBits());
    int start = Float.floatToRawIntBits(zero);
    if (step.wrap()) {
      return new SumRule(SumRule.Kind.WRAP, 0, start, Integer.SIZE - width, start, 0, 0);
    }
    int low = Float.floatToRawIntBits((float) (zero - most));
    int high = Float.floatToRawIntBits((float) (zero + most - Math.ulp(zero)));
    return new SumRule(SumRule.Kind.FIXED, 0, start, low, high, 0, 0);
  }

  private static SumRule fixedDoubles(Accumulator.FixedStep step, int width, double most) {
    double zero = Math.scalb(1.5, DOUBLE_FRACTION - step.fractionBits());
    long start = Double.doubleToRawLongBits(zero);
    if (step.wrap()) {
      return new SumRule(SumRule.Kind.WRAP_WIDE, 0, start, Long.SIZE - width, start, 0, 0);
    }
    long low = Double.doubleToRawLongBits(zero - most);
    long high = Double.doubleToRawLongBits(zero + most - Math.ulp(zero));
    return new SumRule(SumRule.Kind.FIXED_WIDE, 0, start, low, high, 0, 0);
  }

  /**
   * What is added for a product.
   *
   * @param unit exponent of the products' unit
   */
  float addend(double product, int digit, int unit) {
    if (digits == 1 && modulus == NO_MODULUS && scale == 0) {
      return (float) product;
    }
    if (digits > 1) {
      double magnitude = Math.abs(product);
      double below = Math.scalb(1.0, unit + digit * digitBits);
      double above = Math.scalb(below, digitBits);
      double part = Math.floor(magnitude / below) * below;
      double rest = digit == digits - 1 ? part : part - Math.floor(magnitude / above) * above;
      return (float) (product < 0 ? -rest : rest);
    }
    double reduced =
        modulus == NO_MODULUS ? product : Math.IEEEremainder(product, Math.scalb(1.0, modulus));
    return (float) Math.scalb(reduced, scale);
  }
}
