package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.INTS;
import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.TileShape.COLUMNS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Turns rows of sums, {@link TileShape#COLUMNS} each, into columns.
 *
 * <p>A square of vectors is transposed by interleaving the vectors i and i + {@code LANES} / 2, for
 * all i, as often as two goes into {@code LANES}. Two such passes are one here, which reads four
 * vectors and writes four: vectors of 16 lanes need two of them, vectors of 8 lanes a half one
 * first, and vectors of 4 lanes one.
 */
public final class SumTransposition {
  private static final int QUARTER = LANES / 4;

  /** Lanes of the first halves of two vectors in turn, counted through both. */
  private static final IntVector LOW = interleaving(0);

  /** Of the second halves. */
  private static final IntVector HIGH = interleaving(LANES / 2);

  private SumTransposition() {}

  private static IntVector interleaving(int from) {
    int[] lanes = new int[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = from + i / 2 + i % 2 * LANES;
    }
    return IntVector.fromArray(INTS, lanes, 0);
  }

  /** Floats that {@link #transpose} needs from {@code to} on: the result and what lies between. */
  public static int floats() {
    return COLUMNS * COLUMNS + LANES * LANES;
  }

  /**
   * Writes row f of the result, the sums f of up to {@link TileShape#COLUMNS} positions, to {@code
   * sums[to + f * COLUMNS]} for each f.
   *
   * @param slotOf row of sums of each position
   * @param first the first position
   * @param count how many; what belongs to others is undefined
   */
  public static void transpose(float[] sums, int[] slotOf, int first, int count, int to) {
    int between = to + COLUMNS * COLUMNS;
    int last = first + count - 1;
    for (int position = 0; position < count; position += LANES) {
      for (int column = 0; column < COLUMNS; column += LANES) {
        if (LANES == 16) {
          quarters(sums, slotOf, first + position, last, column, between);
        } else if (LANES == 8) {
          halves(sums, slotOf, first + position, last, column, between);
        } else {
          copies(sums, slotOf, first + position, last, column, between);
        }
        finish(sums, between, to + column * COLUMNS + position);
      }
    }
  }

  private static int row(int[] slotOf, int position, int last) {
    return slotOf[Math.min(position, last)] * COLUMNS;
  }

  private static void quarters(
      float[] sums, int[] slotOf, int first, int last, int column, int between) {
    for (int i = 0; i < QUARTER; i++) {
      int p = first + i;
      IntVector a = load(sums, row(slotOf, p, last) + column);
      IntVector b = load(sums, row(slotOf, p + QUARTER, last) + column);
      IntVector c = load(sums, row(slotOf, p + 2 * QUARTER, last) + column);
      IntVector d = load(sums, row(slotOf, p + 3 * QUARTER, last) + column);
      IntVector lowAc = LOW.selectFrom(a, c);
      IntVector lowBd = LOW.selectFrom(b, d);
      IntVector highAc = HIGH.selectFrom(a, c);
      IntVector highBd = HIGH.selectFrom(b, d);
      int at = between + 4 * i * LANES;
      store(LOW.selectFrom(lowAc, lowBd), sums, at);
      store(HIGH.selectFrom(lowAc, lowBd), sums, at + LANES);
      store(LOW.selectFrom(highAc, highBd), sums, at + 2 * LANES);
      store(HIGH.selectFrom(highAc, highBd), sums, at + 3 * LANES);
    }
  }

  private static void halves(
      float[] sums, int[] slotOf, int first, int last, int column, int between) {
    for (int i = 0; i < LANES / 2; i++) {
      IntVector a = load(sums, row(slotOf, first + i, last) + column);
      IntVector b = load(sums, row(slotOf, first + i + LANES / 2, last) + column);
      int at = between + 2 * i * LANES;
      store(LOW.selectFrom(a, b), sums, at);
      store(HIGH.selectFrom(a, b), sums, at + LANES);
    }
  }

  private static void copies(
      float[] sums, int[] slotOf, int first, int last, int column, int between) {
    for (int i = 0; i < LANES; i++) {
      store(load(sums, row(slotOf, first + i, last) + column), sums, between + i * LANES);
    }
  }

  /** The last pass, from adjacent vectors to rows of the result. */
  private static void finish(float[] sums, int between, int to) {
    for (int i = 0; i < QUARTER; i++) {
      int at = between + i * LANES;
      IntVector a = load(sums, at);
      IntVector b = load(sums, at + QUARTER * LANES);
      IntVector c = load(sums, at + 2 * QUARTER * LANES);
      IntVector d = load(sums, at + 3 * QUARTER * LANES);
      IntVector lowAc = LOW.selectFrom(a, c);
      IntVector lowBd = LOW.selectFrom(b, d);
      IntVector highAc = HIGH.selectFrom(a, c);
      IntVector highBd = HIGH.selectFrom(b, d);
      int row = to + 4 * i * COLUMNS;
      store(LOW.selectFrom(lowAc, lowBd), sums, row);
      store(HIGH.selectFrom(lowAc, lowBd), sums, row + COLUMNS);
      store(LOW.selectFrom(highAc, highBd), sums, row + 2 * COLUMNS);
      store(HIGH.selectFrom(highAc, highBd), sums, row + 3 * COLUMNS);
    }
  }

  private static IntVector load(float[] sums, int at) {
    return FloatVector.fromArray(Memory.SPECIES, sums, at).reinterpretAsInts();
  }

  private static void store(IntVector bits, float[] sums, int at) {
    bits.reinterpretAsFloats().intoArray(sums, at);
  }
}
