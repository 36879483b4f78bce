package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.coded.TableVectors.BYTES;
import static fp8sim.kernel.simd.coded.TableVectors.FLOATS;
import static fp8sim.kernel.simd.coded.TableVectors.INTS;
import static fp8sim.kernel.simd.coded.TableVectors.SHORTS;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.ASHR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Transposition;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import org.jspecify.annotations.Nullable;

/**
 * For the terms of a pass, the products of every code that selects with the codes of one vector of
 * outputs: table k starts at {@code address + k * STRIDE} with zeros, for padding; the products of
 * code c lie {@code SCALE * entry(c)} bytes behind.
 *
 * <p>Tables that follow a {@link TableProgression} are laid out by it, others are transposed from
 * {@link ProductRows}, which takes some five times as long.
 */
@InPhase(Phase.TABLES)
final class LookupTables {
  /** Most terms of a pass. */
  static final int MOST_TERMS = 8;

  /** The largest table, and what keeps the same codes of several tables in different cache sets. */
  static final long STRIDE = (long) ProductRows.MOST_CODES * BYTES + 512;

  /** Tables of so many bytes still serve a pass well, from the second-level cache in part. */
  private static final long MOST_BYTES = 144 << 10;

  private final ProductRows lookup;
  private final ProductRows.Kind kind;
  private final @Nullable TableProgression progression;
  private final TableLanes lanes;
  private final long[] base;
  private final long[] rows;
  private final long address;
  private final long work;
  private final long starts;
  private final long masks;
  private final long laneWork;
  private long entries;

  /**
   * Room for the tables of one pass at a time.
   *
   * @param address of {@link #bytes} bytes
   */
  LookupTables(ProductRows lookup, TableLanes lanes, long address) {
    this.lookup = lookup;
    this.lanes = lanes;
    this.address = address;
    kind = lookup.kind();
    progression = lookup.progression();
    work = address + MOST_TERMS * STRIDE;
    starts = work + Transposition.work(ProductRows.MOST_CODES);
    masks = starts + (long) ProductRows.MOST_CODES * BYTES;
    laneWork = masks + BYTES;
    rows = new long[kind.lanes()];
    base = new long[kind.lanes()];
    for (int i = 0; i < base.length; i++) {
      int table = lanes.table(Math.min(i, lanes.count() - 1));
      base[kind.lane(i)] =
          progression == null ? lookup.row(table) - lookup.rowBytes() : progression.rows(table);
    }
    for (int k = 0; k < MOST_TERMS; k++) {
      LookupVectors.clear(address + k * STRIDE, BYTES);
    }
  }

  /** Bytes of memory for tables. */
  static long bytes() {
    return MOST_TERMS * STRIDE
        + Transposition.work(ProductRows.MOST_CODES)
        + (ProductRows.MOST_CODES + 1L + ActivationCodes.TERMS) * BYTES;
  }

  /** How many terms a pass takes: four or eight. */
  static int terms(ProductRows lookup) {
    boolean fit = MOST_TERMS * (long) lookup.codes() * BYTES <= MOST_BYTES;
    boolean narrow = lookup.kind() != ProductRows.Kind.WIDE;
    return narrow && fit && lookup.block() >= MOST_TERMS ? MOST_TERMS : ActivationCodes.TERMS;
  }

  /** What stands for a code that selects; for -1, which is padding, 0. */
  static int entry(int code) {
    return (code + 1) * LookupVectors.BYTES;
  }

  /** The code of an entry, or -1 for padding. */
  static int code(int entry) {
    return entry / LookupVectors.BYTES - 1;
  }

  /** Where the products of code 0 lie in a table. */
  private static long firstProducts(long table) {
    return table + BYTES;
  }

  /**
   * Builds the tables of four terms from {@code term} on.
   *
   * @param slot of the first of these tables
   * @param used their {@link UsedBlocks}; nothing is built for other codes
   */
  void build(int term, int slot, long used) {
    if (used == 0) {
      return;
    }
    long four = lanes.entries(term, laneWork);
    for (int k = 0; k < ActivationCodes.TERMS; k++) {
      long blocks = used >>> (k * UsedBlocks.MOST) & UsedBlocks.MASK;
      if (blocks != 0) {
        entries = four + (long) k * kind.lanes() * Short.BYTES;
        long table = address + (slot + k) * STRIDE;
        if (progression == null) {
          transpose(blocks, table);
        } else {
          layOut(progression, blocks, firstProducts(table));
        }
      }
    }
  }

  private void layOut(TableProgression law, long used, long products) {
    setRows(law.rowBytes());
    transpose(0, law.rowEntries(), starts);
    setMasks(law);
    int size = lookup.blockCodes();
    int half = lookup.codes() / 2;
    boolean halves = law.isNegatedByCode();
    long negative = halves ? used >>> (half / size) : 0;
    long all = halves ? (used | negative) & (1L << (half / size)) - 1 : used;
    int last = (Long.SIZE - Long.numberOfLeadingZeros(all)) * size - 1;
    int exponents = (last >> law.fractionBits()) + 1;
    long distance = (long) half * BYTES;
    if (kind == ProductRows.Kind.SHORT) {
      if (negative == 0) {
        ProgressionLoops.layShorts(law, exponents, starts, masks, products);
      } else {
        ProgressionLoops.layShortsOfBothSigns(law, exponents, starts, masks, products, distance);
      }
    } else if (negative == 0) {
      ProgressionLoops.layInts(law, exponents, starts, masks, products);
    } else {
      ProgressionLoops.layIntsOfBothSigns(law, exponents, starts, masks, products, distance);
    }
    if (law.isZeroFirst()) {
      IntVector.zero(INTS).intoMemorySegment(ALL, products & ADDRESS, ORDER);
      if (negative != 0) {
        IntVector.zero(INTS).intoMemorySegment(ALL, products + distance & ADDRESS, ORDER);
      }
    }
  }

  private void setRows(long rowBytes) {
    for (int lane = 0; lane < rows.length; lane++) {
      rows[lane] = base[lane] + LookupVectors.getCode(entries + 2L * lane) * rowBytes;
    }
  }

  /** Ones where a lane's code is beyond the first half. */
  private void setMasks(TableProgression law) {
    if (kind == ProductRows.Kind.SHORT) {
      ShortVector codes = ShortVector.fromMemorySegment(SHORTS, ALL, entries & ADDRESS, ORDER);
      ShortVector beyond = ShortVector.broadcast(SHORTS, (short) law.positiveCodes()).sub(codes);
      beyond.lanewise(ASHR, Short.SIZE - 1).intoMemorySegment(ALL, masks & ADDRESS, ORDER);
    } else {
      for (int lane = 0; lane < rows.length; lane++) {
        int code = LookupVectors.getCode(entries + 2L * lane);
        LookupVectors.setInt(masks + 4L * lane, (law.positiveCodes() - code) >> (Integer.SIZE - 1));
      }
    }
  }

  private void transpose(long used, long table) {
    setRows(lookup.rowBytes());
    int size = lookup.blockCodes();
    int half = lookup.codes() / 2;
    long negative = lookup.negatable() ? used >>> (half / size) : 0;
    long rest = lookup.negatable() ? (used | negative) & (1L << (half / size)) - 1 : used;
    while (rest != 0) {
      int first = Long.numberOfTrailingZeros(rest);
      int blocks = Long.numberOfTrailingZeros(~(rest >>> first));
      long run = ((1L << blocks) - 1) << first;
      rest ^= run;
      long to = firstProducts(table) + (long) first * size * BYTES;
      transpose(first * size, blocks * size, to);
      if ((negative & run) != 0) {
        negate(to, blocks * size, to + (long) half * BYTES);
      }
    }
  }

  /** Vectors are transposed in parts of at most 256 bits. */
  private void transpose(int code, int count, long to) {
    int width = LookupVectors.BYTES / kind.bytes();
    for (int lane = 0; lane < rows.length; lane += width) {
      long part = to + (long) lane * kind.bytes();
      switch (kind) {
        case SHORT -> Transposition.shorts(rows, lane, code, count, part, BYTES, work);
        case INT, WIDE -> Transposition.ints(rows, lane, code, count, part, BYTES, work);
      }
    }
  }

  private void negate(long from, int count, long to) {
    long end = from + (long) count * BYTES;
    switch (kind) {
      case SHORT -> negateShorts(from, end, to);
      case INT -> negateInts(from, end, to);
      case WIDE -> negateFloats(from, end, to);
    }
  }

  private static void negateShorts(long from, long end, long to) {
    for (long i = from, o = to; i < end; i += BYTES, o += BYTES) {
      ShortVector products = ShortVector.fromMemorySegment(SHORTS, ALL, i & ADDRESS, ORDER);
      ShortVector.zero(SHORTS).sub(products).intoMemorySegment(ALL, o & ADDRESS, ORDER);
    }
  }

  private static void negateInts(long from, long end, long to) {
    for (long i = from, o = to; i < end; i += BYTES, o += BYTES) {
      IntVector products = IntVector.fromMemorySegment(INTS, ALL, i & ADDRESS, ORDER);
      IntVector.zero(INTS).sub(products).intoMemorySegment(ALL, o & ADDRESS, ORDER);
    }
  }

  private static void negateFloats(long from, long end, long to) {
    for (long i = from, o = to; i < end; i += BYTES, o += BYTES) {
      FloatVector products = FloatVector.fromMemorySegment(FLOATS, ALL, i & ADDRESS, ORDER);
      FloatVector.zero(FLOATS).sub(products).intoMemorySegment(ALL, o & ADDRESS, ORDER);
    }
  }
}
