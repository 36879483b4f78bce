package fp8sim.kernel.simd.depthwise;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.INTS;
import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Sums of products of significands: a fraction selects one of a weight's floats in one register or
 * two, which is multiplied by a power of two. Adding 1.5 * 2^23 in the same instruction leaves the
 * product as an integer in the low bits, and integers are added.
 */
@InPhase(Phase.PRODUCTS)
final class SignificandSums implements PlaneSums {
  private static final float INTEGER = 0x1.8p23f;

  /** Vectors of positions that share a weight's registers. */
  private static final int VECTORS = 2;

  private final PlaneLayout layout;
  private final TapProducts products;
  private final FactoredCodes factors;

  SignificandSums(PlaneLayout layout, TapProducts products, FactoredCodes factors) {
    this.layout = layout;
    this.products = products;
    this.factors = factors;
  }

  /** Whether tables of so many fractions fit one register or two. */
  static boolean fits(int classes) {
    return classes <= 2 * LANES;
  }

  @Override
  public RowCopy copy() {
    return RowCopy.SHORTS;
  }

  @Override
  public int factor() {
    return 1;
  }

  /** Elements of each form of the copy, with what vectors read beyond it. */
  private long elements() {
    return layout.elements() + (long) VECTORS * LANES;
  }

  @Override
  public long workBytes() {
    return 2 * elements() * Integer.BYTES + VECTOR;
  }

  @Override
  public void prepare(int channel, long work) {}

  @Override
  public void run(long plane, int channel, long work, long sums) {
    long powers = work + elements() * Integer.BYTES;
    split(plane, work, powers);
    int taps = layout.offsets().length;
    int base = Float.floatToRawIntBits(INTEGER) * taps;
    float unit = (float) products.unit(channel);
    for (int i = 0; i < layout.positions(); i += VECTORS * LANES) {
      long shift = (long) i * Integer.BYTES;
      long to = sums + shift;
      if (factors.classes() <= LANES) {
        one(work + shift, powers + shift, channel * taps, base, unit, to);
      } else {
        two(work + shift, powers + shift, channel * taps, base, unit, to);
      }
    }
  }

  /** Looks the two parts of each code up; padding has the power 0. */
  private void split(long plane, long fractions, long powers) {
    int[] fractionOf = factors.fractions();
    float[] powerOf = factors.powers();
    for (int i = 0; i < elements(); i++) {
      int entry = LookupVectors.getShort(plane + (long) i * Short.BYTES);
      int code = Math.max(entry - 1, 0);
      LookupVectors.setInt(fractions + (long) i * Integer.BYTES, fractionOf[code]);
      Memory.set(powers + (long) i * Integer.BYTES, entry == 0 ? 0f : powerOf[code]);
    }
  }

  /** With tables of one register. */
  private void one(long fractions, long powers, int row, int base, float unit, long to) {
    int[] offsets = layout.offsets();
    FloatVector integer = FloatVector.broadcast(SPECIES, INTEGER);
    IntVector sum0 = IntVector.broadcast(INTS, -base);
    IntVector sum1 = sum0;
    for (int tap = 0; tap < offsets.length; tap++) {
      long shift = (long) offsets[tap] * Integer.BYTES;
      long next = shift + VECTOR;
      IntVector table = ints(factors.address(products.rowOf()[row + tap]));
      FloatVector s0 = ints(fractions + shift).selectFrom(table).reinterpretAsFloats();
      FloatVector s1 = ints(fractions + next).selectFrom(table).reinterpretAsFloats();
      sum0 = sum0.add(s0.fma(Memory.load(powers + shift), integer).reinterpretAsInts());
      sum1 = sum1.add(s1.fma(Memory.load(powers + next), integer).reinterpretAsInts());
    }
    store(sum0, unit, to);
    store(sum1, unit, to + VECTOR);
  }

  /** With tables of two registers. */
  private void two(long fractions, long powers, int row, int base, float unit, long to) {
    int[] offsets = layout.offsets();
    FloatVector integer = FloatVector.broadcast(SPECIES, INTEGER);
    IntVector sum0 = IntVector.broadcast(INTS, -base);
    IntVector sum1 = sum0;
    for (int tap = 0; tap < offsets.length; tap++) {
      long shift = (long) offsets[tap] * Integer.BYTES;
      long next = shift + VECTOR;
      long table = factors.address(products.rowOf()[row + tap]);
      IntVector low = ints(table);
      IntVector high = ints(table + VECTOR);
      FloatVector s0 = select(ints(fractions + shift), low, high);
      FloatVector s1 = select(ints(fractions + next), low, high);
      sum0 = sum0.add(s0.fma(Memory.load(powers + shift), integer).reinterpretAsInts());
      sum1 = sum1.add(s1.fma(Memory.load(powers + next), integer).reinterpretAsInts());
    }
    store(sum0, unit, to);
    store(sum1, unit, to + VECTOR);
  }

  private static FloatVector select(IntVector fractions, IntVector low, IntVector high) {
    return fractions
        .selectFrom(low)
        .blend(fractions.selectFrom(high), fractions.compare(GE, LANES))
        .reinterpretAsFloats();
  }

  private static void store(IntVector sum, float unit, long to) {
    Memory.store(to, ((FloatVector) sum.convertShape(I2F, SPECIES, 0)).mul(unit));
  }

  private static IntVector ints(long address) {
    return IntVector.fromMemorySegment(INTS, ALL, address & ADDRESS, ORDER);
  }
}
