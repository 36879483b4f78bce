package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.Memory.LANES;
import static fp8sim.kernel.simd.Memory.SPECIES;
import static fp8sim.kernel.simd.Memory.VECTOR;

import fp8sim.graph.Unary;
import fp8sim.kernel.reference.FloatUnary;
import jdk.incubator.vector.FloatVector;

/**
 * A function of one argument on rows of float32. Each has a loop of its own: one loop that calls
 * whatever function it is given would pass vectors as objects on the heap.
 */
final class VectorFunction {
  /**
   * {@code y[i] = f(x[i])} for {@code vectors} whole vectors; x and y are addresses, often equal.
   */
  @FunctionalInterface
  private interface Loop {
    void run(long x, long y, int vectors);
  }

  private final Loop loop;

  private VectorFunction(Loop loop) {
    this.loop = loop;
  }

  /** The function that an operator applies. */
  static VectorFunction of(Unary op) {
    return new VectorFunction(loop(op));
  }

  /** {@code y[i] = f(x[i])} for {@code count} floats; x and y are addresses, often equal. */
  void apply(long x, long y, int count) {
    int vectors = count / LANES;
    loop.run(x, y, vectors);
    int rest = count - vectors * LANES;
    if (rest > 0) {
      long done = (long) vectors * VECTOR;
      long tail = Scratch.current().vectors();
      Rows.copyExactly(x + done, tail, rest);
      loop.run(tail, tail, 1);
      Rows.copyExactly(tail, y + done, rest);
    }
  }

  private static Loop loop(Unary op) {
    float alpha = op.alpha();
    float beta = op.beta();
    return switch (op.function()) {
      case ABS ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, x.abs());
            }
          };
      case CELU ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(
                  to + i, x.max(0f).add(VectorMath.exp(x.div(alpha)).sub(1f).mul(alpha).min(0f)));
            }
          };
      case CLAMP ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, x.max(alpha).min(beta));
            }
          };
      case ELU ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.positiveOr(x, VectorMath.exp(x).sub(1f).mul(alpha)));
            }
          };
      case ERF ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.erf(x));
            }
          };
      case EXP ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.exp(x));
            }
          };
      case GELU ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.gelu(x));
            }
          };
      case GELU_TANH ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.geluTanh(x));
            }
          };
      case HARD_SIGMOID ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, x.mul(alpha).add(beta).min(1f).max(0f));
            }
          };
      case HARD_SWISH ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.hardSwish(x));
            }
          };
      case LEAKY_RELU ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.positiveOr(x, x.mul(alpha)));
            }
          };
      case LOG ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.log(x));
            }
          };
      case MISH ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.mish(x));
            }
          };
      case NEG ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, x.neg());
            }
          };
      case RECIPROCAL ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, FloatVector.broadcast(SPECIES, 1f).div(x));
            }
          };
      case RELU ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, x.max(0f));
            }
          };
      case SCALE ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, x.mul(alpha));
            }
          };
      case SIGMOID ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.sigmoid(x));
            }
          };
      case SILU ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.silu(x));
            }
          };
      case SOFTPLUS ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.softplus(x));
            }
          };
      case SOFTSIGN ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, x.div(x.abs().add(1f)));
            }
          };
      case SQRT ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, x.sqrt());
            }
          };
      case TANH ->
          (from, to, vectors) -> {
            for (long i = 0; i < (long) vectors * VECTOR; i += VECTOR) {
              FloatVector x = Memory.load(from + i);
              Memory.store(to + i, VectorMath.tanh(x));
            }
          };
      default -> scalar(FloatUnary.of(op));
    };
  }

  private static Loop scalar(FloatUnary function) {
    return (from, to, vectors) -> {
      for (long i = 0; i < (long) vectors * VECTOR; i += Float.BYTES) {
        Memory.set(to + i, function.apply(Memory.get(from + i)));
      }
    };
  }
}
