package fp8sim.kernel.reference;

import fp8sim.kernel.Kernel;
import fp8sim.plan.Operand;
import fp8sim.tensor.NativeMemory;

/**
 * The Java heap that a reference kernel needs at least: it works with its operands as arrays. What
 * cannot fit is refused before anything runs.
 */
final class HeapNeed {
  private HeapNeed() {}

  /** A kernel that has all operands and its result as arrays of floats or longer at once. */
  static Kernel ofAll(Kernel kernel) {
    return (step, binding) -> {
      long elements = step.output().shape().elements();
      for (Operand input : step.inputs()) {
        elements += input == null ? 0 : input.shape().elements();
      }
      NativeMemory.requireHeap(elements * Float.BYTES);
      return kernel.bind(step, binding);
    };
  }

  /** A kernel that has its first operand as an array of doubles or longs. */
  static Kernel ofFirst(Kernel kernel) {
    return (step, binding) -> {
      NativeMemory.requireHeap((long) step.input(0).shape().elements() * Double.BYTES);
      return kernel.bind(step, binding);
    };
  }
}
