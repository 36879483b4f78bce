package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.graph.BinaryFunction;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * A function of two arguments on rows of float32, of which one may be a single number for the whole
 * row. Each function has a loop of its own, as in {@link VectorFunction}.
 */
public final class VectorBinary {
  /** Steps are {@link Memory#VECTOR}, or 0 for an operand that is one vector of equal lanes. */
  @FunctionalInterface
  private interface Loop {
    void run(long a, long aStep, long b, long bStep, long y, int vectors);
  }

  private final Loop loop;

  private VectorBinary(Loop loop) {
    this.loop = loop;
  }

  /** The function, or null if it has no vector loop. */
  public static @Nullable VectorBinary of(BinaryFunction function) {
    Loop loop = loop(function);
    return loop == null ? null : new VectorBinary(loop);
  }

  /**
   * {@code y[i] = f(a[i], b[i])} for {@code count} floats.
   *
   * @param aRow whether a is a row, else one number
   * @param bRow likewise
   */
  public void apply(long a, boolean aRow, long b, boolean bRow, long y, int count) {
    long spare = Scratch.current().vectors();
    long left = aRow ? a : spread(a, spare);
    long right = bRow ? b : spread(b, spare + VECTOR);
    int vectors = count / LANES;
    loop.run(left, aRow ? VECTOR : 0, right, bRow ? VECTOR : 0, y, vectors);
    int rest = count - vectors * LANES;
    if (rest > 0) {
      long done = (long) vectors * VECTOR;
      long x0 = aRow ? part(a + done, spare, rest) : left;
      long x1 = bRow ? part(b + done, spare + VECTOR, rest) : right;
      loop.run(x0, 0, x1, 0, spare + 2L * VECTOR, 1);
      ShortRows.copyExactly(spare + 2L * VECTOR, y + done, rest);
    }
  }

  private static long spread(long from, long to) {
    Memory.store(to, FloatVector.broadcast(SPECIES, Memory.get(from)));
    return to;
  }

  private static long part(long from, long to, int count) {
    ShortRows.copyExactly(from, to, count);
    return to;
  }

  private static @Nullable Loop loop(BinaryFunction function) {
    return switch (function) {
      case ADD -> BinaryLoops::add;
      case SUB -> BinaryLoops::subtract;
      case MUL -> BinaryLoops::multiply;
      case DIV -> BinaryLoops::divide;
      case MAX -> BinaryLoops::max;
      case MIN -> BinaryLoops::min;
      case PRELU -> BinaryLoops::prelu;
      case BITWISE_AND, BITWISE_OR, BITWISE_XOR, BIT_SHIFT_LEFT, BIT_SHIFT_RIGHT -> null;
      case AND, EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, OR, XOR -> null;
      case FMOD, MOD, POW -> null;
    };
  }
}
