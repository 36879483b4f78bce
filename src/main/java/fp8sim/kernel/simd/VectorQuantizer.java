package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.Memory.LANES;

import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Overflow;
import fp8sim.format.Quantizer;
import fp8sim.format.Rounding;
import fp8sim.format.Subnormals;
import fp8sim.quant.LiveQuantizer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rounds vectors to a quantizer's grid without branches.
 *
 * <p>Adding and subtracting {@code 1.5 * 2^23} steps rounds to a multiple of the step, ties to
 * even, in the adder itself. Above the smallest normal number the step follows from the float32's
 * own exponent field, below it is constant: the larger of both holds. Integers have a constant
 * step.
 */
final class VectorQuantizer {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  private static final int FRACTION_BITS = 23;
  private static final float ROUNDER = 12582912f;
  private static final int ABSOLUTE = 0x7FFFFFFF;
  private static final int INFINITY = 0x7F800000;

  /** The fraction of 1.5. */
  private static final int HALF = 0x400000;

  /** Up to here {@code 1.5 * 2^23} steps are a float32 number. */
  private static final float MAX_MAGNITUDE = 0x1p100f;

  /** Between these all constants are float32 numbers, and normal ones where they must be. */
  private static final int MIN_BIAS = -90;

  private static final int MAX_BIAS = 120;

  private final Quantizer scalar;
  private final boolean regular;
  private final boolean integer;
  private final boolean signed;
  private final boolean flush;
  private final float scale;
  private final float low;
  private final float high;
  private final float rounder;
  private final int highBits;
  private final int minNormalBits;
  private final int rounderBits;
  private final int exponentOfRounder;

  private VectorQuantizer(IntegerQuantizer quantizer) {
    scalar = quantizer;
    regular = true;
    integer = true;
    signed = true;
    flush = false;
    scale = quantizer.scale();
    low = quantizer.min() - quantizer.zeroPoint();
    high = quantizer.max() - quantizer.zeroPoint();
    rounder = ROUNDER;
    highBits = 0;
    minNormalBits = 0;
    rounderBits = 0;
    exponentOfRounder = 0;
  }

  private VectorQuantizer(FloatQuantizer quantizer) {
    FloatFormat codes = quantizer.codeFormat();
    float minNormal = (float) Math.scalb(1.0, 1 - quantizer.bias());
    scalar = quantizer;
    regular = isRegular(quantizer);
    integer = false;
    signed = quantizer.format().signed();
    flush = quantizer.conversion().subnormals() == Subnormals.FLUSH;
    scale = quantizer.scale();
    low = quantizer.clipMin();
    high = quantizer.clipMax();
    rounder = (float) Math.scalb((double) ROUNDER, 1 - quantizer.bias() - codes.mantissaBits());
    highBits = Float.floatToRawIntBits(high);
    minNormalBits = Float.floatToRawIntBits(minNormal);
    rounderBits = Float.floatToRawIntBits(rounder);
    exponentOfRounder = (FRACTION_BITS - codes.mantissaBits()) << FRACTION_BITS;
  }

  /** The vector form of a quantizer whose rounding needs no random bits. */
  static VectorQuantizer of(Quantizer quantizer) {
    return switch (quantizer) {
      case IntegerQuantizer integer -> new VectorQuantizer(integer);
      case FloatQuantizer minifloat -> new VectorQuantizer(minifloat);
    };
  }

  /** Whether the method above holds; other quantizers go through their scalar form. */
  private static boolean isRegular(FloatQuantizer quantizer) {
    return quantizer.conversion().rounding() == Rounding.NEAREST_EVEN
        && quantizer.conversion().overflow() != Overflow.IEEE
        && !quantizer.codeFormat().normalOnly()
        && quantizer.bias() >= MIN_BIAS
        && quantizer.bias() <= MAX_BIAS
        && quantizer.clipMax() <= MAX_MAGNITUDE;
  }

  /** Quantizes {@code count} numbers from one address to another, which may be the same. */
  void apply(long from, long to, int count, LiveQuantizer live) {
    int whole = regular ? count - count % LANES : 0;
    applyVectors(from, to, whole, live);
    long offset = (long) whole * Float.BYTES;
    applyScalar(from + offset, to + offset, count - whole, live);
  }

  private void applyVectors(long from, long to, int count, LiveQuantizer live) {
    if (integer) {
      integers(from, to, count, live);
    } else if (signed && !flush && scale == 1) {
      plainMinifloats(from, to, count, live);
    } else {
      minifloats(from, to, count, live);
    }
  }

  private static boolean hasSpecial(FloatVector x) {
    return x.reinterpretAsInts().and(ABSOLUTE).compare(VectorOperators.GE, INFINITY).anyTrue();
  }

  private void integers(long from, long to, int count, LiveQuantizer live) {
    for (int i = 0; i < count; i += LANES) {
      long offset = (long) i * Float.BYTES;
      FloatVector x = Memory.load(from + offset);
      if (hasSpecial(x)) {
        applyScalar(from + offset, to + offset, LANES, live);
      } else {
        Memory.store(to + offset, roundInteger(x));
      }
    }
  }

  /** The most frequent kind: an integer bias, a sign, and subnormals. */
  private void plainMinifloats(long from, long to, int count, LiveQuantizer live) {
    IntVector top = IntVector.broadcast(INTS, highBits);
    IntVector exponents = IntVector.broadcast(INTS, INFINITY);
    IntVector more = IntVector.broadcast(INTS, exponentOfRounder);
    IntVector half = IntVector.broadcast(INTS, HALF);
    IntVector least = IntVector.broadcast(INTS, rounderBits);
    for (int i = 0; i < count; i += LANES) {
      long offset = (long) i * Float.BYTES;
      FloatVector x = Memory.load(from + offset);
      if (hasSpecial(x)) {
        applyScalar(from + offset, to + offset, LANES, live);
        continue;
      }
      IntVector bits = x.reinterpretAsInts();
      IntVector magnitude = bits.and(ABSOLUTE).min(top);
      FloatVector adder =
          magnitude.and(exponents).add(more).or(half).max(least).reinterpretAsFloats();
      IntVector rounded = magnitude.reinterpretAsFloats().add(adder).sub(adder).reinterpretAsInts();
      // -0 + 0 is +0
      FloatVector y = rounded.or(bits.and(~ABSOLUTE)).reinterpretAsFloats().add(0f);
      Memory.store(to + offset, y);
    }
  }

  private void minifloats(long from, long to, int count, LiveQuantizer live) {
    for (int i = 0; i < count; i += LANES) {
      long offset = (long) i * Float.BYTES;
      FloatVector x = Memory.load(from + offset);
      if (hasSpecial(x)) {
        applyScalar(from + offset, to + offset, LANES, live);
      } else {
        Memory.store(to + offset, roundMinifloat(x));
      }
    }
  }

  private FloatVector roundInteger(FloatVector x) {
    return x.div(scale).max(low).min(high).add(rounder).sub(rounder).mul(scale);
  }

  private FloatVector roundMinifloat(FloatVector x) {
    IntVector bits = (scale == 1 ? x : x.div(scale)).reinterpretAsInts();
    IntVector magnitude = bits.and(ABSOLUTE);
    IntVector sign = bits.and(~ABSOLUTE);
    if (!signed) {
      magnitude = magnitude.and(bits.lanewise(VectorOperators.ASHR, Integer.SIZE - 1).not());
      sign = sign.and(0);
    }
    magnitude = magnitude.min(highBits);
    FloatVector adder =
        magnitude
            .and(INFINITY)
            .add(exponentOfRounder)
            .or(HALF)
            .max(rounderBits)
            .reinterpretAsFloats();
    IntVector rounded = magnitude.reinterpretAsFloats().add(adder).sub(adder).reinterpretAsInts();
    if (flush) {
      rounded = rounded.blend(0, rounded.lt(minNormalBits));
    }
    // -0 + 0 is +0
    FloatVector y = rounded.or(sign).reinterpretAsFloats().add(0f);
    return scale == 1 ? y : y.mul(scale);
  }

  private void applyScalar(long from, long to, int count, LiveQuantizer live) {
    for (int i = 0; i < count; i++) {
      float x = Memory.get(from + (long) i * Float.BYTES);
      if (!Float.isFinite(x)) {
        live.count(Float.isNaN(x) ? 1 : 0, Float.isNaN(x) ? 0 : 1);
      }
      Memory.set(to + (long) i * Float.BYTES, scalar.apply(x));
    }
  }
}
