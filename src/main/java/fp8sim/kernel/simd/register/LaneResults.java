package fp8sim.kernel.simd.register;

import static fp8sim.kernel.simd.register.ByteLookups.LANES;
import static fp8sim.kernel.simd.register.RegisterSums.INTS;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.I2F;

import fp8sim.format.FloatQuantizer;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.plan.ProductArithmetic;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Turns exact sums into outputs before the epilogue: each is rounded to float32 once, then scaled,
 * then passes the quantizer of sums if there is one.
 */
@InPhase(Phase.PRODUCTS)
final class LaneResults {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final int VECTOR = FLOATS.length();

  /** Times a larger one an int may overflow; times a subnormal one it may be rounded twice. */
  private static final float LARGEST_UNIT = 0x1p96f;

  /** Interleaves the lower halves of two vectors. */
  private static final IntVector LOWER =
      IntVector.fromArray(
          INTS, new int[] {0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23}, 0);

  /** Interleaves the upper halves of two vectors. */
  private static final IntVector UPPER = LOWER.add(VECTOR / 2);

  private final RegisterSums sums;

  /** What the integers of each channel are multiples of. */
  private final float[] units;

  private final double[] exactUnits;
  private final float[] scales;
  private final @Nullable FloatQuantizer sumQuantizer;
  private final boolean simple;

  /**
   * Results for channels.
   *
   * @param count of output channels
   */
  LaneResults(
      RegisterSums sums, ProductIntegers products, ProductArithmetic arithmetic, int count) {
    this.sums = sums;
    sumQuantizer = arithmetic.sumQuantizer();
    int padded = Math.ceilDiv(count, LANES) * LANES;
    units = new float[padded];
    exactUnits = new double[padded];
    scales = new float[padded];
    boolean plain = !sums.isWide();
    for (int c = 0; c < padded; c++) {
      int channel = Math.min(c, count - 1);
      exactUnits[c] = products.unit(channel);
      units[c] = (float) exactUnits[c];
      scales[c] = arithmetic.scale(channel);
      plain &= units[c] >= Float.MIN_NORMAL && units[c] <= LARGEST_UNIT;
    }
    simple = plain;
  }

  /**
   * Writes {@link ByteLookups#LANES} outputs.
   *
   * @param ints sums as {@link RegisterSums} has them
   * @param negatives how many negative terms each lane has
   * @param channel of the outputs, or of the first one
   * @param eachLane whether lanes are channels
   */
  void write(long ints, long negatives, int channel, boolean eachLane, float[] to, int at) {
    if (!simple) {
      writeSingly(ints, negatives, channel, eachLane, to, at);
    } else if (eachLane) {
      writeVectors(ints, negatives, to, at);
      scaleLanes(channel, to, at);
    } else {
      writeVectors(ints, negatives, to, at);
      scale(units[channel], scales[channel], to, at);
    }
    for (int i = 0; sumQuantizer != null && i < LANES; i++) {
      to[at + i] = sumQuantizer.apply(to[at + i]);
    }
  }

  private static IntVector load(long address) {
    return IntVector.fromMemorySegment(INTS, ALL, address & ADDRESS, ORDER);
  }

  private void writeVectors(long ints, long negatives, float[] to, int at) {
    int added = (int) (long) sums.added();
    IntVector v0 = load(ints).add(load(negatives)).sub(added);
    IntVector v1 = load(ints + LANES).add(load(negatives + LANES)).sub(added);
    IntVector v2 = load(ints + 2 * LANES).add(load(negatives + 2 * LANES)).sub(added);
    IntVector v3 = load(ints + 3 * LANES).add(load(negatives + 3 * LANES)).sub(added);
    IntVector evenLower = LOWER.selectFrom(v0, v2);
    IntVector oddLower = LOWER.selectFrom(v1, v3);
    IntVector evenUpper = UPPER.selectFrom(v0, v2);
    IntVector oddUpper = UPPER.selectFrom(v1, v3);
    store(LOWER.selectFrom(evenLower, oddLower), to, at);
    store(UPPER.selectFrom(evenLower, oddLower), to, at + VECTOR);
    store(LOWER.selectFrom(evenUpper, oddUpper), to, at + 2 * VECTOR);
    store(UPPER.selectFrom(evenUpper, oddUpper), to, at + 3 * VECTOR);
  }

  private static void store(IntVector sum, float[] to, int at) {
    ((FloatVector) sum.convertShape(I2F, FLOATS, 0)).intoArray(to, at);
  }

  private static void scale(float unit, float scale, float[] to, int at) {
    for (int i = at; i < at + LANES; i += VECTOR) {
      FloatVector.fromArray(FLOATS, to, i).mul(unit).mul(scale).intoArray(to, i);
    }
  }

  private void scaleLanes(int channel, float[] to, int at) {
    for (int i = 0; i < LANES; i += VECTOR) {
      FloatVector unit = FloatVector.fromArray(FLOATS, units, channel + i);
      FloatVector scale = FloatVector.fromArray(FLOATS, scales, channel + i);
      FloatVector.fromArray(FLOATS, to, at + i).mul(unit).mul(scale).intoArray(to, at + i);
    }
  }

  private void writeSingly(
      long ints, long negatives, int channel, boolean eachLane, float[] to, int at) {
    for (int lane = 0; lane < LANES; lane++) {
      long in = (lane % 4 * VECTOR + lane / 4) * (long) Integer.BYTES;
      double sum = LookupVectors.getInt(ints + in);
      if (sums.isWide()) {
        double high = LookupVectors.getInt(ints + LANES * Integer.BYTES + in);
        sum += Math.scalb(high, sums.highShift()) - sums.added();
        sum += LookupVectors.getInt(negatives + in);
      } else {
        long whole = (long) sum - (long) sums.added() + LookupVectors.getInt(negatives + in);
        sum = (int) whole;
      }
      int c = eachLane ? channel + lane : channel;
      to[at + lane] = (float) (sum * exactUnits[c]) * scales[c];
    }
  }
}
