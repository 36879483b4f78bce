package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.graph.Op;
import fp8sim.kernel.reference.FloatUnary;

/**
 * A function of one argument on rows of float32. Each has a loop of its own: one loop that calls
 * whatever function it is given would pass vectors as objects on the heap.
 */
public final class VectorFunction {
  /**
   * {@code y[i] = f(x[i])} for at most {@link VectorMath#BLOCK} vectors; x and y are addresses,
   * often equal.
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
  public static VectorFunction of(Op.Unary op) {
    return new VectorFunction(loop(op));
  }

  /** {@code y[i] = f(x[i])} for {@code count} floats; x and y are addresses, often equal. */
  public void apply(long x, long y, int count) {
    int vectors = count / LANES;
    for (int i = 0; i < vectors; i += VectorMath.BLOCK) {
      long at = (long) i * VECTOR;
      loop.run(x + at, y + at, Math.min(VectorMath.BLOCK, vectors - i));
    }
    int rest = count - vectors * LANES;
    if (rest > 0) {
      long done = (long) vectors * VECTOR;
      long tail = Scratch.current().vectors();
      ShortRows.copyExactly(x + done, tail, rest);
      loop.run(tail, tail, 1);
      ShortRows.copyExactly(tail, y + done, rest);
    }
  }

  private static Loop loop(Op.Unary op) {
    float alpha = op.alpha();
    float beta = op.beta();
    return switch (op.function()) {
      case ABS -> UnaryLoops::abs;
      case CELU -> (x, y, vectors) -> VectorMath.celu(x, y, vectors, alpha);
      case CLAMP -> (x, y, vectors) -> UnaryLoops.clamp(x, y, vectors, alpha, beta);
      case ELU -> (x, y, vectors) -> VectorMath.elu(x, y, vectors, alpha);
      case ERF -> VectorMath::erf;
      case EXP -> VectorMath::exp;
      case GELU -> VectorMath::gelu;
      case GELU_TANH -> VectorMath::geluTanh;
      case HARD_SIGMOID -> (x, y, vectors) -> UnaryLoops.hardSigmoid(x, y, vectors, alpha, beta);
      case HARD_SWISH -> VectorMath::hardSwish;
      case LEAKY_RELU -> (x, y, vectors) -> UnaryLoops.leakyRelu(x, y, vectors, alpha);
      case LOG -> VectorMath::log;
      case MISH -> VectorMath::mish;
      case NEG -> UnaryLoops::negate;
      case RECIPROCAL -> UnaryLoops::reciprocal;
      case RELU -> UnaryLoops::relu;
      case SCALE -> (x, y, vectors) -> UnaryLoops.scale(x, y, vectors, alpha);
      case SELU -> (x, y, vectors) -> VectorMath.selu(x, y, vectors, alpha, beta);
      case SIGMOID -> VectorMath::sigmoid;
      case SILU -> VectorMath::silu;
      case SOFTPLUS -> VectorMath::softplus;
      case SOFTSIGN -> UnaryLoops::softsign;
      case SQRT -> UnaryLoops::sqrt;
      case TANH -> VectorMath::tanh;
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
