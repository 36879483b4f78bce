package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.KernelFamily;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.MemoryLimitException;
import fp8sim.tensor.NativeMemory;

/**
 * The Java heap that a reference kernel needs at least: it works with its operands as arrays. What
 * cannot fit is refused before anything runs.
 */
final class HeapNeed {
  /** An object of a header and an int, and the reference to it. */
  private static final int BOXED_INTEGER = 20;

  private HeapNeed() {}

  /**
   * Checks what a step needs.
   *
   * @throws MemoryLimitException if it cannot fit
   */
  static void require(Step step) {
    NativeMemory.requireHeap(bytes(step));
  }

  private static long bytes(Step step) {
    if (step.op() instanceof Op.LinearAttention) {
      return allOperands(step);
    }
    return switch (KernelFamily.of(step)) {
      case CONVOLUTION, TRANSPOSED_CONVOLUTION, GEMM, MATMUL -> allOperands(step);
      case POOLING, SOFTMAX, NORMALIZATION, QUANTIZATION -> firstOperand(step);
      case REDUCTION -> firstOperand(step) + sorted(step);
      case RESAMPLING ->
          firstOperand(step) + (long) step.output().shape().elements() * Double.BYTES;
      case RECURRENCE -> 2 * allOperands(step);
      case UNARY, BINARY, MOVEMENT, FAKE_QUANTIZATION, GENERAL -> 0;
    };
  }

  /** All operands and the result are arrays of floats or longer at once. */
  private static long allOperands(Step step) {
    long elements = step.output().shape().elements();
    for (Operand input : step.inputs()) {
      elements += input == null ? 0 : input.shape().elements();
    }
    return elements * Float.BYTES;
  }

  /** TopK sorts a row of objects. */
  private static long sorted(Step step) {
    return step.op() instanceof Op.TopK op
        ? (long) step.input(0).shape().dim(op.axis()) * BOXED_INTEGER
        : 0;
  }

  /** The first operand is an array of doubles or longs. */
  private static long firstOperand(Step step) {
    return (long) step.input(0).shape().elements() * Double.BYTES;
  }
}
