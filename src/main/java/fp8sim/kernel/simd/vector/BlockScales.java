package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.BlockScale;
import fp8sim.format.FloatFormat;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scales of blocks as {@link BlockQuantizer#scale(float)} gives them, faster where they are
 * minifloats: the wanted scale is rounded by integer arithmetic on its bits.
 */
@InPhase(Phase.QUANTIZATION)
final class BlockScales {
  private static final int DOUBLE_FRACTION_BITS = 52;

  /** Added to a small double and subtracted again, it leaves the nearest integer. */
  private static final double INTEGER = 0x1.8p52;

  private static final VectorSpecies<Double> DOUBLES = Memory.SPECIES.withLanes(double.class);
  private static final VectorSpecies<Long> LONGS = Memory.SPECIES.withLanes(long.class);
  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(Memory.SPECIES.vectorBitSize() / 2));

  private final BlockQuantizer quantizer;
  private final double divisor;
  private final double minNormal;
  private final double unit;
  private final double smallest;
  private final double largest;

  /** Bits that a double's fraction has more than that of a scale; 0 if the scalar form is used. */
  private final int shift;

  BlockScales(BlockQuantizer quantizer) {
    this.quantizer = quantizer;
    divisor = quantizer.format().largestElement() * quantizer.tensorScale();
    if (quantizer.format().scale() instanceof BlockScale.Minifloat scale && isRegular(scale)) {
      FloatFormat format = scale.format();
      int bias = format.standardBias();
      minNormal = Math.scalb(1.0, 1 - bias);
      unit = Math.scalb(1.0, 1 - bias - format.mantissaBits());
      smallest = format.magnitudeValue(1, bias);
      largest = format.magnitudeValue(format.maxMagnitude(), bias);
      shift = DOUBLE_FRACTION_BITS - format.mantissaBits();
    } else {
      minNormal = 0;
      unit = 0;
      smallest = 0;
      largest = 0;
      shift = 0;
    }
  }

  /** Without a fraction a code is even where the exponent is not: ties are another matter. */
  private static boolean isRegular(BlockScale.Minifloat scale) {
    return scale.format().mantissaBits() > 0 && !scale.format().normalOnly();
  }

  /** Finds the scales of blocks whose largest magnitudes, finite ones, lie in some vectors. */
  void find(int vectors, long maxima, long scales) {
    if (shift == 0) {
      for (long at = 0; at < (long) vectors * VECTOR; at += Float.BYTES) {
        Memory.set(scales + at, quantizer.scale(Memory.get(maxima + at)));
      }
      return;
    }
    round(vectors, maxima, scales);
    int limit = Float.floatToRawIntBits(Math.min(limit(), Float.MAX_VALUE));
    if (BlockRounding.isAnyOutside(vectors, scales, 0, limit)) {
      for (long at = 0; at < (long) vectors * VECTOR; at += Float.BYTES) {
        if (Memory.get(scales + at) >= limit()) {
          Memory.set(scales + at, quantizer.scale(Memory.get(maxima + at)));
        }
      }
    }
  }

  /** From here on products with the largest element may overflow. */
  private float limit() {
    return (float) (Float.MAX_VALUE / 2 / quantizer.format().largestElement());
  }

  /** Rounds quotients to nearest, ties to the even code, and limits them. */
  private void round(int vectors, long maxima, long scales) {
    LongVector half = LongVector.broadcast(LONGS, (1L << (shift - 1)) - 1);
    DoubleVector integer = DoubleVector.broadcast(DOUBLES, INTEGER);
    for (int v = 0; v < 2 * vectors; v++) {
      long at = (long) v * VECTOR / 2;
      DoubleVector most =
          (DoubleVector)
              FloatVector.fromMemorySegment(HALF, Memory.ALL, maxima + at & ADDRESS, ORDER)
                  .convertShape(VectorOperators.F2D, DOUBLES, 0);
      DoubleVector wanted = most.div(divisor);
      DoubleVector small = wanted.mul(1 / unit).add(integer).sub(integer).mul(unit);
      LongVector bits = wanted.reinterpretAsLongs();
      LongVector odd = bits.lanewise(VectorOperators.LSHR, shift).and(1);
      DoubleVector rounded =
          bits.add(half)
              .add(odd)
              .lanewise(VectorOperators.LSHR, shift)
              .lanewise(VectorOperators.LSHL, shift)
              .reinterpretAsDoubles();
      FloatVector scale =
          (FloatVector)
              rounded
                  .blend(small, wanted.compare(VectorOperators.LT, minNormal))
                  .max(smallest)
                  .min(largest)
                  .mul(quantizer.tensorScale())
                  .convertShape(VectorOperators.D2F, HALF, 0);
      scale.max(Float.MIN_VALUE).intoMemorySegment(Memory.ALL, scales + at & ADDRESS, ORDER);
    }
  }
}
