package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.coded.TableVectors.BYTES;
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
import fp8sim.kernel.simd.vector.Memory;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Sums of products for a vector of outputs with each of many codes that select. A pass takes four
 * or eight terms: each position adds, for each term, the vector of {@link LookupTables} that its
 * code selects, so 16 or 32 products cost a load and an addition.
 *
 * <p>The selecting operand's entries lie in quads, four terms together: quad q of a position lies
 * at {@code codes + 8 * (quads[q] + position)}.
 */
@InPhase(Phase.PRODUCTS)
final class LookupSums {
  /** Times a larger one an int may overflow; times a subnormal one it may be rounded twice. */
  private static final double LARGEST_UNIT = 0x1p96;

  private final ProductRows lookup;
  private final ProductRows.Kind kind;
  private final long tables;
  private final long sums;
  private final long wideSums;
  private boolean widened;

  /**
   * Sums at up to {@code positions} positions.
   *
   * @param address of {@link #bytes} bytes
   */
  LookupSums(ProductRows lookup, int positions, long address) {
    this.lookup = lookup;
    kind = lookup.kind();
    tables = address;
    sums = address + (LookupTables.bytes() + 63) / 64 * 64;
    wideSums = sums + (long) positions * BYTES;
  }

  /** Bytes of working memory. */
  static long bytes(int positions) {
    return (LookupTables.bytes() + 63) / 64 * 64 + 3L * positions * BYTES;
  }

  /**
   * Computes the sums of positions {@code first} to {@code end - 1} for a vector of outputs.
   *
   * @param group where the codes of a group start, in quads
   */
  void run(ActivationCodes codes, long group, int first, int end, TableLanes lanes) {
    LookupTables built = new LookupTables(lookup, lanes, tables);
    TablePass pass = new TablePass(codes.positions(), first, end, tables, sums, wideSums);
    int[] quads = codes.quads();
    int most = LookupTables.terms(lookup) / ActivationCodes.TERMS;
    widened = false;
    if (kind != ProductRows.Kind.INT) {
      LookupVectors.clear(wideSums, 2L * BYTES * (end - first));
    }
    int inBlock = 0;
    for (int q = 0; q < quads.length; ) {
      int count = Math.min(most, quads.length - q);
      for (int i = 0; i < count; i++) {
        int term = (q + i) * ActivationCodes.TERMS;
        built.build(term, i * ActivationCodes.TERMS, codes.used(group + quads[q + i]));
      }
      long nextFour = count > 1 ? codes.address(group + quads[q + 1]) : 0;
      pass.setCodes(codes.address(group + quads[q]), nextFour);
      boolean starts = inBlock == 0;
      inBlock += count * ActivationCodes.TERMS;
      q += count;
      int next = Math.min(most, quads.length - q) * ActivationCodes.TERMS;
      boolean ends = next == 0 || inBlock + next > lookup.block();
      add(pass, count, starts, ends);
      if (ends) {
        inBlock = 0;
        if (kind == ProductRows.Kind.INT && (next > 0 || widened)) {
          widen(pass);
        }
      }
    }
  }

  private void add(TablePass pass, int quads, boolean starts, boolean ends) {
    switch (kind) {
      case SHORT -> {
        if (quads == 1) {
          addFourShorts(pass, starts, ends);
        } else {
          addEightShorts(pass, starts, ends);
        }
      }
      case INT -> addInts(pass, quads, starts);
      case WIDE -> {
        TableSums.addFourFloats(pass, 0);
        TableSums.addFourFloats(pass, 1);
      }
    }
  }

  private static void addFourShorts(TablePass pass, boolean starts, boolean ends) {
    if (starts && ends) {
      TableSums.onlyFourShorts(pass);
    } else if (starts) {
      TableSums.firstFourShorts(pass);
    } else if (ends) {
      TableSums.lastFourShorts(pass);
    } else {
      TableSums.nextFourShorts(pass);
    }
  }

  private static void addEightShorts(TablePass pass, boolean starts, boolean ends) {
    if (starts && ends) {
      TableSums.onlyEightShorts(pass);
    } else if (starts) {
      TableSums.firstEightShorts(pass);
    } else if (ends) {
      TableSums.lastEightShorts(pass);
    } else {
      TableSums.nextEightShorts(pass);
    }
  }

  private static void addInts(TablePass pass, int quads, boolean starts) {
    if (quads == 1) {
      if (starts) {
        TableSums.firstFourInts(pass);
      } else {
        TableSums.nextFourInts(pass);
      }
    } else if (starts) {
      TableSums.firstEightInts(pass);
    } else {
      TableSums.nextEightInts(pass);
    }
  }

  /** Adds a block's sums to those of the next wider type, or begins these. */
  private void widen(TablePass pass) {
    if (!widened) {
      LookupVectors.clear(wideSums, 2L * BYTES * pass.count());
      widened = true;
    }
    TableSums.widenInts(pass);
  }

  /**
   * As {@link #run}, but looks every product up by itself in the row of its code in a lane: for few
   * positions no table pays.
   */
  void runSingly(ActivationCodes codes, long group, int first, int end, TableLanes lanes) {
    int width = lanes.count();
    long[] rows = new long[width];
    double[] all = new double[(end - first) * width];
    widened = true;
    long entries = tables;
    for (int term = 0; term < codes.quads().length * ActivationCodes.TERMS; term++) {
      int inQuad = term % ActivationCodes.TERMS;
      if (inQuad == 0) {
        entries = lanes.entries(term, tables);
      }
      for (int i = 0; i < width; i++) {
        int lane = inQuad * kind.lanes() + kind.lane(i);
        int code = LookupVectors.getCode(entries + (long) lane * Short.BYTES) - 1;
        rows[i] = lookup.row(lanes.table(i)) + code * lookup.rowBytes();
      }
      long quad = codes.address(group + codes.quads()[term / ActivationCodes.TERMS]);
      long at = quad + inQuad * (long) Short.BYTES;
      for (int i = first; i < end; i++) {
        long position = at + (long) codes.positions()[i] * ActivationCodes.BYTES;
        int code = LookupTables.code(LookupVectors.getCode(position));
        if (code >= 0) {
          addProducts(rows, code, all, (i - first) * width);
        }
      }
    }
    for (int i = 0; i < all.length; i++) {
      long to = wideSums + 2L * BYTES * (i / width);
      if (kind == ProductRows.Kind.SHORT) {
        LookupVectors.setInt(to + (long) (i % width) * Integer.BYTES, (int) all[i]);
      } else {
        long bits = Double.doubleToRawLongBits(all[i]);
        LookupVectors.setLong(to + (long) (i % width) * Double.BYTES, bits);
      }
    }
  }

  /** Adds to a sum for each row the product at a code. */
  private void addProducts(long[] rows, int code, double[] all, int first) {
    long offset = (long) code * kind.bytes();
    switch (kind) {
      case SHORT -> {
        for (int i = 0; i < rows.length; i++) {
          all[first + i] += LookupVectors.getShort(rows[i] + offset);
        }
      }
      case INT -> {
        for (int i = 0; i < rows.length; i++) {
          all[first + i] += LookupVectors.getInt(rows[i] + offset);
        }
      }
      case WIDE -> {
        for (int i = 0; i < rows.length; i++) {
          all[first + i] += Memory.get(rows[i] + offset);
        }
      }
    }
  }

  /**
   * Writes the sums at a position, counted from the first of {@link #run}, times their unit,
   * rounded once: {@code count} outputs from {@code output} on, and some more that fill whole
   * vectors.
   *
   * @param to address of float32
   */
  void result(int position, int output, int count, long to) {
    double unit = lookup.unit();
    long at = (long) position * BYTES;
    if (lookup.kind() == ProductRows.Kind.SHORT) {
      fromInts(wideSums + 2 * at + (long) output * Integer.BYTES, unit, count, to);
    } else if (lookup.kind() == ProductRows.Kind.INT && !widened) {
      fromInts(sums + at + (long) output * Integer.BYTES, unit, count, to);
    } else {
      fromDoubles(wideSums + 2 * at + (long) output * Double.BYTES, unit, count, to);
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
