package fp8sim.kernel.simd;

import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of products for a tile row's width of output channels at once. For a few terms, the products
 * of all codes of the first operand with the channels' weights are laid out as vectors; then each
 * output position adds, for each term, the vector that its code selects. Building them costs as
 * much as a few hundred positions, so positions are many.
 *
 * <p>Measured with AVX2 on one core: a gather per vector reaches a tenth of this speed.
 */
final class LookupSums {
  /** Output channels side by side. */
  static final int LANES = Tile.COLUMNS;

  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  private static final int SHORT_TERMS = 4;
  private static final int INT_TERMS = 2;
  private static final int LANES_AT_ONCE = 4;

  private final ProductLookup lookup;
  private final int[] laneRows = new int[LANES];

  private short[] shortVectors = new short[0];
  private short[] shortSums = new short[0];
  private int[] intVectors = new int[0];
  private int[] intSums = new int[0];
  private double[] doubleVectors = new double[0];
  private double[] doubleSums = new double[0];

  LookupSums(ProductLookup lookup) {
    this.lookup = lookup;
  }

  /** How many terms are added at once. */
  static int terms(ProductLookup.Kind kind) {
    return switch (kind) {
      case SHORT -> SHORT_TERMS;
      case INT -> INT_TERMS;
      case DOUBLE -> 1;
    };
  }

  /**
   * Adds all terms of {@code lanes} channels at positions {@code first} to {@code end - 1}.
   *
   * @param codes entries of the first operand
   * @param position where each output position starts in {@code codes}
   * @param offsets of the terms from there
   * @param base added to all of these
   * @param rows of the channels: {@code rows[rowsAt + lane * terms + k]} is the row of term k
   * @param entries entries of a row that occur
   */
  void run(
      short[] codes,
      int[] position,
      int first,
      int end,
      int[] offsets,
      int base,
      int[] rows,
      int rowsAt,
      int lanes,
      int entries) {
    int terms = offsets.length;
    int step = terms(lookup.kind());
    reserve(end - first, step);
    int inBlock = 0;
    for (int k = 0; k < terms; k += step) {
      int count = Math.min(step, terms - k);
      build(rows, rowsAt + k, terms, lanes, count, step, entries);
      int[] at = new int[SHORT_TERMS];
      for (int j = 0; j < SHORT_TERMS; j++) {
        at[j] = base + offsets[Math.min(k + j, terms - 1)];
      }
      switch (lookup.kind()) {
        case SHORT -> addShorts(codes, position, first, end, at);
        case INT -> addInts(codes, position, first, end, at);
        case DOUBLE -> addDoubles(codes, position, first, end, at[0]);
      }
      inBlock += step;
      if (inBlock + step > lookup.block() && k + step < terms) {
        widen((end - first) * LANES);
        inBlock = 0;
      }
    }
    widen((end - first) * LANES);
  }

  private void reserve(int positions, int step) {
    int size = positions * LANES;
    int vectors = step * lookup.rowLength() * LANES;
    switch (lookup.kind()) {
      case SHORT -> {
        shortVectors = shortVectors.length < vectors ? new short[vectors] : shortVectors;
        shortSums = shortSums.length < size ? new short[size] : shortSums;
        intSums = intSums.length < size ? new int[size] : intSums;
        Arrays.fill(shortSums, 0, size, (short) 0);
        Arrays.fill(intSums, 0, size, 0);
      }
      case INT -> {
        intVectors = intVectors.length < vectors ? new int[vectors] : intVectors;
        intSums = intSums.length < size ? new int[size] : intSums;
        doubleSums = doubleSums.length < size ? new double[size] : doubleSums;
        Arrays.fill(intSums, 0, size, 0);
        Arrays.fill(doubleSums, 0, size, 0);
      }
      case DOUBLE -> {
        doubleVectors = doubleVectors.length < vectors ? new double[vectors] : doubleVectors;
        doubleSums = doubleSums.length < size ? new double[size] : doubleSums;
        Arrays.fill(doubleSums, 0, size, 0);
      }
    }
  }

  /** Writes all sums times a power of two, each rounded once: position after position. */
  void results(int positions, double unit, float[] to) {
    int size = positions * LANES;
    if (lookup.kind() == ProductLookup.Kind.SHORT) {
      for (int i = 0; i < size; i++) {
        to[i] = (float) (intSums[i] * unit);
      }
    } else {
      for (int i = 0; i < size; i++) {
        to[i] = (float) (doubleSums[i] * unit);
      }
    }
  }

  private void build(
      int[] rows, int rowsAt, int terms, int lanes, int count, int step, int entries) {
    int table = lookup.rowLength() * LANES;
    for (int j = 0; j < step; j++) {
      for (int lane = 0; lane < LANES; lane++) {
        laneRows[lane] =
            j < count && lane < lanes ? rows[rowsAt + lane * terms + j] : lookup.zeroRow();
      }
      for (int lane = 0; lane < LANES; lane += LANES_AT_ONCE) {
        spread(lane, j * table + lane, entries);
      }
    }
  }

  private void spread(int lane, int at, int entries) {
    switch (lookup.kind()) {
      case SHORT -> spreadShorts(lane, at, entries);
      case INT -> {
        for (int i = lane; i < lane + LANES_AT_ONCE; i++) {
          spread(lookup.ints(), laneRows[i], intVectors, at + i - lane, entries);
        }
      }
      case DOUBLE -> {
        for (int i = lane; i < lane + LANES_AT_ONCE; i++) {
          spread(lookup.doubles(), laneRows[i], doubleVectors, at + i - lane, entries);
        }
      }
    }
  }

  /** Four lanes of 16 bits are stored as one number. */
  private void spreadShorts(int lane, int at, int entries) {
    short[] from = lookup.shorts();
    int row0 = laneRows[lane];
    int row1 = laneRows[lane + 1];
    int row2 = laneRows[lane + 2];
    int row3 = laneRows[lane + 3];
    MemorySegment to = MemorySegment.ofArray(shortVectors);
    for (int i = 0; i < entries; i++) {
      int low = from[row0 + i] & 0xFFFF | from[row1 + i] << 16;
      int high = from[row2 + i] & 0xFFFF | from[row3 + i] << 16;
      long four = low & 0xFFFF_FFFFL | (long) high << Integer.SIZE;
      to.set(Tensor.LONG, (long) (at + i * LANES) * Short.BYTES, four);
    }
  }

  private static void spread(int[] from, int row, int[] to, int at, int entries) {
    for (int i = 0; i < entries; i++) {
      to[at + i * LANES] = from[row + i];
    }
  }

  private static void spread(double[] from, int row, double[] to, int at, int entries) {
    for (int i = 0; i < entries; i++) {
      to[at + i * LANES] = from[row + i];
    }
  }

  private void addShorts(short[] codes, int[] position, int first, int end, int[] at) {
    short[] vectors = shortVectors;
    short[] sums = shortSums;
    int table = lookup.rowLength() * LANES;
    int at0 = at[0];
    int at1 = at[1];
    int at2 = at[2];
    int at3 = at[3];
    for (int i = first, to = 0; i < end; i++, to += LANES) {
      int p = position[i];
      ShortVector v = ShortVector.fromArray(SHORTS, sums, to);
      ShortVector a = ShortVector.fromArray(SHORTS, vectors, codes[p + at0] * LANES);
      ShortVector b = ShortVector.fromArray(SHORTS, vectors, table + codes[p + at1] * LANES);
      ShortVector c = ShortVector.fromArray(SHORTS, vectors, 2 * table + codes[p + at2] * LANES);
      ShortVector d = ShortVector.fromArray(SHORTS, vectors, 3 * table + codes[p + at3] * LANES);
      v.add(a).add(b).add(c).add(d).intoArray(sums, to);
    }
  }

  private void addInts(short[] codes, int[] position, int first, int end, int[] at) {
    int[] vectors = intVectors;
    int[] sums = intSums;
    int half = LANES / 2;
    int table = lookup.rowLength() * LANES;
    int at0 = at[0];
    int at1 = at[1];
    for (int i = first, to = 0; i < end; i++, to += LANES) {
      int p = position[i];
      int a = codes[p + at0] * LANES;
      int b = table + codes[p + at1] * LANES;
      IntVector.fromArray(INTS, sums, to)
          .add(IntVector.fromArray(INTS, vectors, a))
          .add(IntVector.fromArray(INTS, vectors, b))
          .intoArray(sums, to);
      IntVector.fromArray(INTS, sums, to + half)
          .add(IntVector.fromArray(INTS, vectors, a + half))
          .add(IntVector.fromArray(INTS, vectors, b + half))
          .intoArray(sums, to + half);
    }
  }

  private void addDoubles(short[] codes, int[] position, int first, int end, int at) {
    double[] vectors = doubleVectors;
    double[] sums = doubleSums;
    int quarter = LANES / 4;
    for (int i = first, to = 0; i < end; i++, to += LANES) {
      int a = codes[position[i] + at] * LANES;
      addDoubles(sums, to, vectors, a);
      addDoubles(sums, to + quarter, vectors, a + quarter);
      addDoubles(sums, to + 2 * quarter, vectors, a + 2 * quarter);
      addDoubles(sums, to + 3 * quarter, vectors, a + 3 * quarter);
    }
  }

  private static void addDoubles(double[] sums, int to, double[] vectors, int from) {
    DoubleVector.fromArray(DOUBLES, sums, to)
        .add(DoubleVector.fromArray(DOUBLES, vectors, from))
        .intoArray(sums, to);
  }

  /** Adds a block's sums to those of the next wider type. */
  private void widen(int size) {
    switch (lookup.kind()) {
      case SHORT -> widenShorts(size);
      case INT -> widenInts(size);
      case DOUBLE -> {}
    }
  }

  private void widenShorts(int size) {
    int half = LANES / 2;
    for (int i = 0; i < size; i += LANES) {
      ShortVector block = ShortVector.fromArray(SHORTS, shortSums, i);
      IntVector low = (IntVector) block.convertShape(VectorOperators.S2I, INTS, 0);
      IntVector high = (IntVector) block.convertShape(VectorOperators.S2I, INTS, 1);
      IntVector.fromArray(INTS, intSums, i).add(low).intoArray(intSums, i);
      IntVector.fromArray(INTS, intSums, i + half).add(high).intoArray(intSums, i + half);
      ShortVector.zero(SHORTS).intoArray(shortSums, i);
    }
  }

  private void widenInts(int size) {
    for (int i = 0; i < size; i++) {
      doubleSums[i] += intSums[i];
      intSums[i] = 0;
    }
  }
}
