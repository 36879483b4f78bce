package fp8sim.kernel.simd.coded;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A law that tables may follow: the products of codes of one fraction, exponent by exponent, with a
 * code in a lane are 0 or more, and each follows from the one before: {@code v' = v + max(v,
 * step)}, where v may be negative; a product is v between 0 and the largest one. Products that
 * double have a step of 0; results that are rounded to a format with subnormal numbers have the
 * step of its smallest binade.
 *
 * <p>Then a table is laid out from the first product of each fraction, 8 or 16 of 128. Whether
 * tables follow a law is seen from their numbers alone, for whatever multiplier they are.
 */
@InPhase(Phase.TABLES)
final class TableProgression {
  private static final int MOST_FRACTION_BITS = 6;

  /** Codes of a row are transposed so many at once. */
  private static final int ROW_MULTIPLE = 16;

  private final int fractionBits;
  private final int step;
  private final int largest;
  private final boolean negatedByCode;
  private final boolean negatedByLane;
  private final boolean zeroFirst;
  private final int laneCodes;
  private final long rowBytes;
  private final MemorySegment memory;

  private TableProgression(
      SelectedProducts products, ProductRows.Kind kind, Search search, int[][] starts) {
    fractionBits = search.fractionBits;
    step = search.step;
    largest = search.largest;
    negatedByCode = search.negatedByCode;
    negatedByLane = search.negatedByLane;
    zeroFirst = search.zeroFirst;
    laneCodes = products.laneCodes();
    int entries = Math.ceilDiv(classes(), ROW_MULTIPLE) * ROW_MULTIPLE;
    rowBytes = (long) entries * kind.bytes();
    memory = NativeMemory.allocate(Arena.ofAuto(), (starts.length + 1L) * rowBytes);
    int[] padding = new int[classes()];
    Arrays.fill(padding, search.never());
    fill(kind, memory.address(), padding);
    for (int row = 0; row < starts.length; row++) {
      fill(kind, memory.address() + (row + 1) * rowBytes, starts[row]);
    }
  }

  private static void fill(ProductRows.Kind kind, long to, int[] starts) {
    for (int i = 0; i < starts.length; i++) {
      if (kind == ProductRows.Kind.SHORT) {
        LookupVectors.setShort(to + (long) i * Short.BYTES, starts[i]);
      } else {
        LookupVectors.setInt(to + (long) i * Integer.BYTES, starts[i]);
      }
    }
  }

  /** The law that all tables follow, or null if there is none. */
  static @Nullable TableProgression of(SelectedProducts products, ProductRows.Kind kind) {
    double largest = products.largest();
    if (kind == ProductRows.Kind.WIDE || largest == 0) {
      return null;
    }
    Search search = new Search(products, kind, (int) largest);
    int bits = Integer.numberOfTrailingZeros(search.magnitudes);
    for (int fraction = 1; fraction <= Math.min(MOST_FRACTION_BITS, bits - 1); fraction++) {
      for (long step = 0; step <= (long) largest; step = Math.max(1, 2 * step)) {
        int[][] starts = search.starts(fraction, (int) step);
        if (starts != null) {
          return new TableProgression(products, kind, search, starts);
        }
      }
    }
    return null;
  }

  /** Fractions: codes whose products have laws of their own. */
  int classes() {
    return 1 << fractionBits;
  }

  int fractionBits() {
    return fractionBits;
  }

  /** What is added at least. */
  int step() {
    return step;
  }

  int largest() {
    return largest;
  }

  /** Whether the top bit of codes that select negates products. */
  boolean isNegatedByCode() {
    return negatedByCode;
  }

  /** Whether the law holds for code 0 too; if not, its products are zeros. */
  boolean isZeroFirst() {
    return zeroFirst;
  }

  /** How many codes in lanes come before those whose products are negated. */
  int positiveCodes() {
    return negatedByLane ? laneCodes / 2 : laneCodes;
  }

  /** Where the row of first products of code -1 lies, whose products are zeros; others follow. */
  long rows(int table) {
    return memory.address() + table * ((long) laneCodes) * rowBytes;
  }

  long rowBytes() {
    return rowBytes;
  }

  /** Entries of a row: {@link #classes}, filled up. */
  int rowEntries() {
    return Math.ceilDiv(classes(), ROW_MULTIPLE) * ROW_MULTIPLE;
  }

  /** Tries laws. */
  private static final class Search {
    /** A product that may be anything, because its code stands for no number or is set apart. */
    private static final int ANY = -1;

    private final SelectedProducts products;
    private final int lowest;
    private final int largest;
    private final boolean negatedByCode;
    private final boolean negatedByLane;
    private final boolean zeroFirst;
    private final int magnitudes;
    private int fractionBits;
    private int step;

    Search(SelectedProducts products, ProductRows.Kind kind, int largest) {
      this.products = products;
      this.largest = largest;
      lowest = kind == ProductRows.Kind.SHORT ? Short.MIN_VALUE : Integer.MIN_VALUE / 2;
      negatedByCode = products.isNegatedByCode();
      negatedByLane = products.isNegatedByLane();
      magnitudes = negatedByCode ? products.codes() / 2 : products.codes();
      boolean zero = true;
      for (int t = 0; t < products.count(); t++) {
        for (int lane = 0; lane < products.laneCodes(); lane++) {
          zero &= products.value(t, 0, lane) == 0;
        }
      }
      zeroFirst = zero;
    }

    /** The first products of all tables and codes in lanes, if there is such a law. */
    int @Nullable [][] starts(int withFractionBits, int withStep) {
      fractionBits = withFractionBits;
      step = withStep;
      int lanes = products.laneCodes();
      int[][] starts = new int[products.count() * lanes][1 << fractionBits];
      for (int row = 0; row < starts.length; row++) {
        int lane = negatedByLane ? row % lanes % (lanes / 2) : row % lanes;
        for (int fraction = 0; fraction < starts[row].length; fraction++) {
          int[] sequence = sequence(row / lanes, lane, fraction);
          int start = sequence == null ? ANY : start(sequence);
          if (sequence == null || !follows(start, sequence)) {
            return null;
          }
          starts[row][fraction] = start;
        }
      }
      return starts;
    }

    /** The products of one fraction, or null if one of them is negative. */
    private int @Nullable [] sequence(int table, int lane, int fraction) {
      int[] result = new int[magnitudes >> fractionBits];
      for (int i = 0; i < result.length; i++) {
        int code = i << fractionBits | fraction;
        boolean any =
            !products.isNumber(code) || !products.isLaneNumber(lane) || (code == 0 && zeroFirst);
        double value = products.value(table, code, lane);
        if (value < 0 && !any) {
          return null;
        }
        result[i] = any ? ANY : (int) value;
      }
      return result;
    }

    /** What a sequence must start with, if it follows the law at all. */
    private int start(int[] sequence) {
      int first = 0;
      while (first < sequence.length && sequence[first] <= 0) {
        first++;
      }
      if (first == sequence.length) {
        return never();
      }
      int product = sequence[first];
      if (first == 1 && sequence[0] == ANY) {
        if (product == largest) {
          return largest;
        }
        if (product % 2 == 0 && product / 2 >= step) {
          return product / 2;
        }
      }
      long start = product - (long) first * step;
      return start < lowest ? never() : (int) start;
    }

    /** A start from which no product is reached that is not zero. */
    private int never() {
      return (int) Math.max(lowest, -(long) step * (magnitudes >> fractionBits) - 1);
    }

    private boolean follows(int start, int[] sequence) {
      long value = start;
      for (int product : sequence) {
        value = Math.min(value, largest);
        if (product != ANY && product != Math.max(value, 0)) {
          return false;
        }
        value += Math.max(value, step);
      }
      return true;
    }
  }
}
