package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.vector.LookupVectors.BYTES;
import static fp8sim.kernel.simd.vector.LookupVectors.DOUBLES;
import static fp8sim.kernel.simd.vector.LookupVectors.FLOATS;
import static fp8sim.kernel.simd.vector.LookupVectors.HALF_FLOATS;
import static fp8sim.kernel.simd.vector.LookupVectors.HALF_INTS;
import static fp8sim.kernel.simd.vector.LookupVectors.INTS;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.I2D;
import static jdk.incubator.vector.VectorOperators.I2F;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Sums of products for a block of output channels at many positions. A pass takes the four terms of
 * a quad: each position adds, for each term, the vectors of {@link LookupTables} that its code
 * selects, so a vector of products costs a load and an addition.
 *
 * <p>The first operand's entries lie in quads, four terms together: quad q of a position lies at
 * {@code codes + 8 * (quads[q] + position)}.
 *
 * <p>Measured with AVX2 on one core: 35 GMAC/s with 16-bit products, besides building the tables,
 * which costs as much as 700 positions; a gather per vector reached a tenth of this speed.
 */
@InPhase(Phase.PRODUCTS)
final class LookupSums {
  /** Times a larger one an int may overflow; times a subnormal one it may be rounded twice. */
  private static final double LARGEST_UNIT = 0x1p96;

  /** For so few, tables do not pay. */
  private static final int FEW_POSITIONS = 12;

  private static final int ENTRY = 0xFFFF;
  private static final int VECTORS = LookupTables.VECTORS;

  private final ProductRows lookup;
  private final long tables;
  private final long sums;
  private final long wideSums;
  private int vectors = VECTORS;
  private boolean widened;

  /**
   * Sums at up to {@code positions} positions.
   *
   * @param address of {@link #bytes} bytes
   */
  LookupSums(ProductRows lookup, int positions, long address) {
    this.lookup = lookup;
    tables = address;
    sums = address + (LookupTables.bytes() + 63) / 64 * 64;
    wideSums = sums + (long) positions * VECTORS * BYTES;
  }

  /** Bytes of working memory. */
  static long bytes(int positions) {
    return (LookupTables.bytes() + 63) / 64 * 64 + 3L * positions * VECTORS * BYTES;
  }

  /**
   * Computes the sums of positions {@code first} to {@code end - 1} for a block of channels.
   *
   * @param group where the codes of a group start, in quads
   */
  void run(ActivationCodes codes, int group, int first, int end, LookupChannels channels) {
    vectors = channels.vectors(lookup);
    if (end - first <= FEW_POSITIONS) {
      addSingly(codes, group, first, end, channels);
      return;
    }
    LookupTables built = new LookupTables(lookup, tables);
    boolean narrow = lookup.kind() != ProductRows.Kind.WIDE;
    widened = false;
    long bytes = (long) (end - first) * vectors * BYTES;
    LookupVectors.clear(sums, bytes);
    if (!narrow) {
      LookupVectors.clear(wideSums, 2 * bytes);
    }
    int inBlock = 0;
    int[] quads = codes.quads();
    for (int q = 0; q < quads.length; q++) {
      long quad = (long) group + quads[q];
      built.build(channels, q * ActivationCodes.TERMS, codes.used(quad));
      add(codes.address(quad), codes.positions(), first, end);
      inBlock += ActivationCodes.TERMS;
      if (narrow && inBlock + ActivationCodes.TERMS > lookup.block() && q + 1 < quads.length) {
        widen(bytes);
        LookupVectors.clear(sums, bytes);
        inBlock = 0;
      }
    }
    if (lookup.kind() == ProductRows.Kind.SHORT || widened) {
      widen(bytes);
    }
  }

  /** Looks every product up in the row of its weight. */
  private void addSingly(
      ActivationCodes codes, int group, int first, int end, LookupChannels channels) {
    double[] sum = new double[vectors * lookup.kind().lanes()];
    widened = true;
    for (int i = first; i < end; i++) {
      Arrays.fill(sum, 0);
      long position = (long) group + codes.positions()[i];
      for (int term = 0; term < codes.quads().length * ActivationCodes.TERMS; term++) {
        long quad = codes.address(position + codes.quads()[term / ActivationCodes.TERMS]);
        long at = quad + term % ActivationCodes.TERMS * ((long) Short.BYTES);
        int code = LookupTables.code(LookupVectors.getShort(at) & ENTRY);
        channels.addProducts(lookup, term, code, sum);
      }
      long to = wideSums + 2L * (i - first) * vectors * BYTES;
      for (int lane = 0; lane < sum.length; lane++) {
        if (lookup.kind() == ProductRows.Kind.SHORT) {
          LookupVectors.setInt(to + (long) lane * Integer.BYTES, (int) sum[lane]);
        } else {
          long bits = Double.doubleToRawLongBits(sum[lane]);
          LookupVectors.setLong(to + (long) lane * Double.BYTES, bits);
        }
      }
    }
  }

  private void add(long codes, int[] position, int first, int end) {
    switch (lookup.kind()) {
      case SHORT -> {
        if (vectors == 1) {
          QuadSums.addShorts(codes, position, first, end, tables, sums);
        } else {
          QuadSums.addTwoShorts(codes, position, first, end, tables, sums);
        }
      }
      case INT -> {
        if (vectors == 1) {
          QuadSums.addInts(codes, position, first, end, tables, sums);
        } else {
          QuadSums.addTwoInts(codes, position, first, end, tables, sums);
        }
      }
      case WIDE -> {
        long step = 2L * vectors * BYTES;
        for (int half = 0; half < 2 * vectors; half++) {
          long products = tables + half * BYTES / 2;
          QuadSums.addWide(
              codes, position, first, end, products, wideSums + half * ((long) BYTES), step);
        }
      }
    }
  }

  /** Adds a block's sums to those of the next wider type, or begins these. */
  private void widen(long bytes) {
    if (!widened) {
      LookupVectors.clear(wideSums, 2 * bytes);
      widened = true;
    }
    if (lookup.kind() == ProductRows.Kind.SHORT) {
      QuadSums.widenShorts(sums, wideSums, bytes);
    } else {
      QuadSums.widenInts(sums, wideSums, bytes);
    }
  }

  /**
   * Writes the sums at a position, counted from the first of {@link #run}, times their unit,
   * rounded once: {@code channels} from {@code channel} of the block on, and some more that fill
   * whole vectors.
   *
   * @param to address of float32
   */
  void result(int position, int channel, int channels, long to) {
    double unit = lookup.unit();
    long at = (long) position * vectors * BYTES;
    if (lookup.kind() == ProductRows.Kind.SHORT) {
      fromInts(wideSums + 2 * at + (long) channel * Integer.BYTES, unit, channels, to);
    } else if (lookup.kind() == ProductRows.Kind.INT && !widened) {
      fromInts(sums + at + (long) channel * Integer.BYTES, unit, channels, to);
    } else {
      fromDoubles(wideSums + 2 * at + (long) channel * Double.BYTES, unit, channels, to);
    }
  }

  private static void fromInts(long from, double unit, int count, long to) {
    if ((float) unit < Float.MIN_NORMAL || unit > LARGEST_UNIT) {
      for (int i = 0; i < count; i += DOUBLES.length()) {
        long address = from + (long) i * Integer.BYTES & ADDRESS;
        IntVector ints = IntVector.fromMemorySegment(HALF_INTS, ALL, address, ORDER);
        DoubleVector sum = (DoubleVector) ints.convertShape(I2D, DOUBLES, 0);
        long out = to + (long) i * Float.BYTES & ADDRESS;
        sum.mul(unit).convertShape(D2F, HALF_FLOATS, 0).intoMemorySegment(ALL, out, ORDER);
      }
      return;
    }
    for (int i = 0; i < count; i += INTS.length()) {
      long address = from + (long) i * Integer.BYTES & ADDRESS;
      IntVector ints = IntVector.fromMemorySegment(INTS, ALL, address, ORDER);
      FloatVector sum = (FloatVector) ints.convertShape(I2F, FLOATS, 0);
      sum.mul((float) unit).intoMemorySegment(ALL, to + (long) i * Float.BYTES & ADDRESS, ORDER);
    }
  }

  private static void fromDoubles(long from, double unit, int count, long to) {
    for (int i = 0; i < count; i += DOUBLES.length()) {
      long address = from + (long) i * Double.BYTES & ADDRESS;
      DoubleVector sum = DoubleVector.fromMemorySegment(DOUBLES, ALL, address, ORDER);
      long out = to + (long) i * Float.BYTES & ADDRESS;
      sum.mul(unit).convertShape(D2F, HALF_FLOATS, 0).intoMemorySegment(ALL, out, ORDER);
    }
  }
}
