package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.INTS;
import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.MAX;

import fp8sim.format.FloatFormat;
import fp8sim.format.TableFormat;
import fp8sim.format.TableSteps;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.TableGrid;
import fp8sim.plan.ProductOperand;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Turns values that are on their grid, times a scale, into 16-bit entries, {@code factor * (code +
 * 1)}: zero is left for padding.
 *
 * <p>A value is multiplied by the rounded inverse of the scale and rounded to the nearest code. The
 * errors of the scaling and of the inverse, 2 ulps of float32, are far from half a step of a grid
 * with at most 11 significant bits.
 */
@InPhase(Phase.QUANTIZATION)
public final class CodeEncoder {
  /** As many shorts as a vector has floats. */
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private static final int CODE_BITS = 0xFFFF;
  private static final int FRACTION_BITS = 23;
  private static final int INFINITY = 0x7F800000;

  /** Codes to find before finding steps pays, which takes as long as some ten thousand searches. */
  private static final int WORTH_STEPS = 20_000;

  /** Added to a float32 number below 2^22, it leaves the nearest integer in the low bits. */
  private static final float INTEGER = 0x1.8p23f;

  private final ProductOperand operand;
  private final int factorShift;

  /** How codes follow from the bits of a float32 number; null where one by one they must be. */
  private final @Nullable Layout layout;

  private final float inverse;

  /**
   * Codes in the bits of float32 numbers.
   *
   * @param smallestNormal bits of the smallest normal number; of the binade's lower end, 0's place,
   *     in formats without subnormals
   * @param below what {@code smallestNormal}'s magnitude code is
   * @param shift bits that the fraction of a float32 number has more
   * @param signShift where the sign bit of a code is; 31 if there is none
   * @param flush whether numbers below the smallest normal one are zero
   * @param oneZero whether zero has no sign
   */
  private record MinifloatLayout(
      int smallestNormal, int below, int shift, int signShift, boolean flush, boolean oneZero)
      implements Layout {
    /** As {@link #encodeMinifloats} for one number. */
    int code(float scaled) {
      int bits = Float.floatToRawIntBits(scaled);
      int magnitude = bits & Integer.MAX_VALUE;
      int half = 1 << (shift - 1);
      int code = (magnitude - smallestNormal + (below << shift) + half) >>> shift;
      if (magnitude < smallestNormal) {
        float sum = Math.abs(scaled) + Float.intBitsToFloat(smallestNormal);
        code = flush ? 0 : (Float.floatToRawIntBits(sum) - smallestNormal + half) >>> shift;
      }
      int sign = oneZero && code == 0 ? 0 : bits >>> (Integer.SIZE - 1);
      return (code | sign << signShift) & CODE_BITS;
    }
  }

  private record IntegerLayout(int zeroPoint, int mask) implements Layout {}

  /** Codes by search, or by look-up where there are many. */
  private static final class TableLayout implements Layout {
    private final TableFormat format;
    private final float scale;
    private volatile @Nullable TableSteps steps;

    /** About how many codes were found; threads may lose some. */
    private int found;

    TableLayout(TableFormat format, float scale) {
      this.format = format;
      this.scale = scale;
    }

    int code(float value) {
      TableSteps known = steps;
      if (known == null) {
        if (found++ < WORTH_STEPS) {
          return format.nearestCode(value / (double) scale);
        }
        known =
            TableSteps.of(
                format.ranks() - 1, (rank, x) -> format.isAbove(rank, x / (double) scale));
        steps = known;
      }
      return format.rankCode(known.count(value));
    }
  }

  private sealed interface Layout {}

  /**
   * An encoder.
   *
   * @param factor a power of two
   */
  public CodeEncoder(ProductOperand operand, int factor) {
    this.operand = operand;
    factorShift = Integer.numberOfTrailingZeros(factor);
    inverse = (float) (1 / (double) operand.scale());
    layout =
        switch (operand.grid()) {
          case FloatGrid grid -> layout(grid, operand.scale(), inverse);
          case IntegerGrid grid -> layout(grid, operand, inverse);
          case TableGrid grid -> new TableLayout(grid.format(), operand.scale());
        };
  }

  private static @Nullable Layout layout(FloatGrid grid, float scale, float inverse) {
    FloatFormat format = grid.format();
    int lowest = (format.normalOnly() ? 0 : 1) - grid.bias();
    double unit = Math.scalb((double) scale, grid.unitExponent());
    boolean keepsBits = scale == 1 || (unit >= Float.MIN_NORMAL && isNormal(inverse));
    boolean inRange =
        format.bits() <= Short.SIZE
            && lowest >= Float.MIN_EXPONENT
            && lowest < Float.MAX_EXPONENT
            && grid.maxFinite() <= Float.MAX_VALUE;
    if (!inRange || !keepsBits) {
      return null;
    }
    return new MinifloatLayout(
        Float.floatToRawIntBits(Math.scalb(1f, lowest)),
        format.normalOnly() ? 0 : format.fractionCount(),
        FRACTION_BITS - format.mantissaBits(),
        format.signed() ? format.magnitudeBits() : Integer.SIZE - 1,
        format.normalOnly(),
        format.specials().isNegativeZeroNaN());
  }

  private static @Nullable Layout layout(IntegerGrid grid, ProductOperand operand, float inverse) {
    return isNormal(operand.scale()) && isNormal(inverse)
        ? new IntegerLayout(operand.zeroPoint(), grid.format().unsignedMax())
        : null;
  }

  private static boolean isNormal(float value) {
    return value >= Float.MIN_NORMAL && value <= Float.MAX_VALUE;
  }

  /**
   * Encodes {@code count} floats from one address to another; the two must not overlap.
   *
   * @return whether every value is finite; if not, codes are missing
   */
  public boolean encode(long from, int count, long to) {
    if (layout == null || layout instanceof TableLayout || count < LANES) {
      return encodeSingly(from, count, to);
    }
    int whole = count / LANES * LANES;
    boolean finite = encodeVectors(layout, from, whole, to);
    if (whole < count) {
      int last = count - LANES;
      long at = from + (long) last * Float.BYTES;
      finite &= encodeVectors(layout, at, LANES, to + (long) last * Short.BYTES);
    }
    return finite;
  }

  private boolean encodeSingly(long from, int count, long to) {
    for (int i = 0; i < count; i++) {
      int code = code(Memory.get(from + (long) i * Float.BYTES));
      if (code == ProductOperand.NOT_FINITE) {
        return false;
      }
      LookupVectors.setShort(to + (long) i * Short.BYTES, (code + 1) << factorShift);
    }
    return true;
  }

  /** The code of one value, or {@link ProductOperand#NOT_FINITE}. */
  public int code(float value) {
    if (layout == null || !Float.isFinite(value)) {
      return operand.code(value);
    }
    return switch (layout) {
      case MinifloatLayout minifloat -> minifloat.code(value * inverse);
      case IntegerLayout integer ->
          (int) Math.rint((double) value * inverse) + integer.zeroPoint() & integer.mask();
      case TableLayout table -> table.code(value);
    };
  }

  private boolean encodeVectors(Layout kind, long from, int count, long to) {
    return switch (kind) {
      case MinifloatLayout minifloat -> encodeMinifloats(minifloat, from, count, to);
      case IntegerLayout integer -> encodeIntegers(integer, from, count, to);
      case TableLayout _ -> encodeSingly(from, count, to);
    };
  }

  /**
   * Above the smallest normal number, exponents are counted from its own; below it, the sum with it
   * has the steps of the subnormal numbers.
   */
  private boolean encodeMinifloats(MinifloatLayout m, long from, int count, long to) {
    IntVector largest = IntVector.zero(INTS);
    IntVector smallest = IntVector.broadcast(INTS, m.smallestNormal());
    float normal = Float.intBitsToFloat(m.smallestNormal());
    int half = 1 << (m.shift() - 1);
    int base = m.smallestNormal() - (m.below() << m.shift()) - half;
    int belowBase = m.smallestNormal() - half;
    int signShift = m.signShift();
    for (int i = 0; i < count; i += LANES) {
      long address = from + (long) i * Float.BYTES & ADDRESS;
      FloatVector values = FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
      largest = largest.max(values.reinterpretAsInts().and(Integer.MAX_VALUE));
      IntVector bits = values.mul(inverse).reinterpretAsInts();
      IntVector magnitude = bits.and(Integer.MAX_VALUE);
      IntVector small =
          m.flush()
              ? IntVector.zero(INTS)
              : magnitude.reinterpretAsFloats().add(normal).reinterpretAsInts().sub(belowBase);
      IntVector code =
          magnitude.sub(base).blend(small, magnitude.lt(smallest)).lanewise(LSHR, m.shift());
      IntVector sign = bits.lanewise(LSHR, Integer.SIZE - 1).lanewise(LSHL, signShift);
      IntVector signed = code.or(m.oneZero() ? sign.blend(0, code.eq(0)) : sign);
      store(signed.and(CODE_BITS), to + (long) i * Short.BYTES);
    }
    return largest.reduceLanes(MAX) < INFINITY;
  }

  private boolean encodeIntegers(IntegerLayout layout, long from, int count, long to) {
    IntVector largest = IntVector.zero(INTS);
    int offset = layout.zeroPoint() - Float.floatToRawIntBits(INTEGER);
    for (int i = 0; i < count; i += LANES) {
      long address = from + (long) i * Float.BYTES & ADDRESS;
      FloatVector values = FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
      largest = largest.max(values.reinterpretAsInts().and(Integer.MAX_VALUE));
      IntVector code = values.mul(inverse).add(INTEGER).reinterpretAsInts().add(offset);
      store(code.and(layout.mask()), to + (long) i * Short.BYTES);
    }
    return largest.reduceLanes(MAX) < INFINITY;
  }

  private void store(IntVector codes, long to) {
    codes
        .add(1)
        .lanewise(LSHL, factorShift)
        .convertShape(I2S, SHORTS, 0)
        .intoMemorySegment(ALL, to & ADDRESS, ORDER);
  }
}
