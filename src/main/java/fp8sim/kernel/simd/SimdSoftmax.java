package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.VectorFunction;
import fp8sim.kernel.simd.vector.VectorSum;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Softmax along the last axes; along others, and LogSoftmax, by the reference. */
final class SimdSoftmax implements FamilyKernel {
  private static final VectorFunction EXP = VectorFunction.of(new Op.Unary(UnaryFunction.EXP));

  private final Kernel reference;

  SimdSoftmax(Kernel reference) {
    this.reference = reference;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.SOFTMAX;
  }

  @Override
  public Executable bind(Step step, Binding binding) {
    Op.Softmax op = (Op.Softmax) step.op();
    Shape shape = step.input(0).shape();
    int axis = op.axis() < 0 ? op.axis() + shape.rank() : op.axis();
    boolean last = op.toEnd() || axis == shape.rank() - 1;
    if (!last || op.log() || !StepOperands.areFloat(step) || !step.epilogue().isEmpty()) {
      return reference.bind(step, binding);
    }
    Tensor x = StepOperands.tensor(step.input(0), binding);
    Tensor y = binding.tensor(step.output());
    int size = shape.elements(axis, shape.rank());
    int rows = shape.elements(0, axis);
    return parallel ->
        Chunks.run(
            parallel,
            rows,
            size,
            (from, end) -> {
              float[] partial = Scratch.current().partialSums();
              for (int row = from; row < end; row++) {
                long offset = (long) row * size * Float.BYTES;
                row(x.data().address() + offset, y.data().address() + offset, size, partial);
              }
            });
  }

  private static void row(long x, long y, int count, float[] partial) {
    float max = max(x, count);
    subtract(x, max, y, count);
    EXP.apply(y, y, count);
    divide(y, VectorSum.of(y, count, partial), count);
  }

  private static float max(long x, int count) {
    int whole = count / LANES * LANES;
    float max = Float.NEGATIVE_INFINITY;
    if (whole > 0) {
      FloatVector best = Memory.load(x);
      for (int i = LANES; i < whole; i += LANES) {
        best = best.max(Memory.load(x + (long) i * Float.BYTES));
      }
      max = best.reduceLanes(VectorOperators.MAX);
    }
    for (int i = whole; i < count; i++) {
      max = Math.max(max, Memory.get(x + (long) i * Float.BYTES));
    }
    return max;
  }

  private static void subtract(long x, float number, long y, int count) {
    FloatVector right = FloatVector.broadcast(SPECIES, number);
    long end = (long) count / LANES * VECTOR;
    long i = 0;
    for (; i < end; i += VECTOR) {
      Memory.store(y + i, Memory.load(x + i).sub(right));
    }
    for (; i < (long) count * Float.BYTES; i += Float.BYTES) {
      Memory.set(y + i, Memory.get(x + i) - number);
    }
  }

  private static void divide(long y, float number, int count) {
    FloatVector right = FloatVector.broadcast(SPECIES, number);
    long end = (long) count / LANES * VECTOR;
    long i = 0;
    for (; i < end; i += VECTOR) {
      Memory.store(y + i, Memory.load(y + i).div(right));
    }
    for (; i < (long) count * Float.BYTES; i += Float.BYTES) {
      Memory.set(y + i, Memory.get(y + i) / number);
    }
  }
}
