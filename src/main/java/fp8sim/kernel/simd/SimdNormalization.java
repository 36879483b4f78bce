package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.simd.epilogue.RowEpilogue;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.VectorSum;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * LayerNormalization, RMSNormalization and BatchNormalization with constant parameters; others by
 * the reference.
 */
final class SimdNormalization implements FamilyKernel {
  private final Kernel reference;

  SimdNormalization(Kernel reference) {
    this.reference = reference;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.NORMALIZATION;
  }

  @Override
  public Executable bind(Step step, Binding binding) {
    if (!StepOperands.areFloat(step) || !hasConstantParameters(step)) {
      return reference.bind(step, binding);
    }
    return switch (step.op()) {
      case Op.BatchNormalization op when RowEpilogue.supports(step) -> batch(op, step, binding);
      case Op.LayerNormalization op -> rows(op.axis(), op.epsilon(), true, step, binding);
      case Op.RmsNormalization op -> rows(op.axis(), op.epsilon(), false, step, binding);
      default -> reference.bind(step, binding);
    };
  }

  private static boolean hasConstantParameters(Step step) {
    for (int i = 1; i < step.inputs().size(); i++) {
      if (!StepOperands.isConstant(step.optionalInput(i))) {
        return false;
      }
    }
    return true;
  }

  private Executable rows(int axis, float epsilon, boolean centred, Step step, Binding binding) {
    Shape shape = step.input(0).shape();
    int first = axis < 0 ? axis + shape.rank() : axis;
    int size = shape.elements(first, shape.rank());
    Operand bias = step.optionalInput(2);
    boolean whole =
        step.input(1).shape().elements() == size
            && (bias == null || bias.shape().elements() == size);
    if (!whole || !step.epilogue().isEmpty()) {
      return reference.bind(step, binding);
    }
    float[] scale = ((Operand.Constant) step.input(1)).tensor().toFloats();
    float[] shift = StepOperands.constant(bias);
    Tensor x = StepOperands.tensor(step.input(0), binding);
    Tensor y = binding.tensor(step.output());
    return parallel ->
        Chunks.run(
            parallel,
            shape.elements(0, first),
            size,
            (from, end) -> {
              float[] partial = Scratch.current().partialSums();
              for (int row = from; row < end; row++) {
                long offset = (long) row * size * Float.BYTES;
                long in = x.data().address() + offset;
                long out = y.data().address() + offset;
                float mean = centred ? VectorSum.of(in, size, partial) / size : 0f;
                subtract(in, mean, centred, out, size);
                float variance = VectorSum.ofSquares(out, size, partial) / size;
                float inverse = 1f / (float) Math.sqrt(variance + epsilon);
                scale(out, inverse, scale, shift, size);
              }
            });
  }

  private static void subtract(long x, float mean, boolean centred, long y, int count) {
    if (!centred) {
      Memory.copy(x, y, (long) count * Float.BYTES);
      return;
    }
    FloatVector right = FloatVector.broadcast(SPECIES, mean);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long offset = (long) i * Float.BYTES;
      Memory.store(y + offset, Memory.load(x + offset).sub(right));
    }
    for (; i < count; i++) {
      long offset = (long) i * Float.BYTES;
      Memory.set(y + offset, Memory.get(x + offset) - mean);
    }
  }

  private static void scale(
      long y, float inverse, float[] scale, float @Nullable [] shift, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long offset = (long) i * Float.BYTES;
      FloatVector value =
          Memory.load(y + offset).mul(inverse).mul(FloatVector.fromArray(SPECIES, scale, i));
      if (shift != null) {
        value = value.add(FloatVector.fromArray(SPECIES, shift, i));
      }
      Memory.store(y + offset, value);
    }
    for (; i < count; i++) {
      long offset = (long) i * Float.BYTES;
      float value = Memory.get(y + offset) * inverse * scale[i];
      Memory.set(y + offset, shift == null ? value : value + shift[i]);
    }
  }

  private static Executable batch(Op.BatchNormalization op, Step step, Binding binding) {
    Tensor x = StepOperands.tensor(step.input(0), binding);
    Tensor y = binding.tensor(step.output());
    float[] alpha = ((Operand.Constant) step.input(1)).tensor().toFloats();
    float[] beta = ((Operand.Constant) step.input(2)).tensor().toFloats();
    float[] mean = ((Operand.Constant) step.input(3)).tensor().toFloats();
    float[] variance = ((Operand.Constant) step.input(4)).tensor().toFloats();
    for (int c = 0; c < alpha.length; c++) {
      alpha[c] = alpha[c] * (1f / (float) Math.sqrt(variance[c] + op.epsilon()));
      beta[c] = beta[c] - mean[c] * alpha[c];
    }
    RowEpilogue after = RowEpilogue.of(step, binding);
    Shape shape = x.shape();
    int size = shape.rank() < 2 ? 1 : shape.elements(2, shape.rank());
    return parallel ->
        Chunks.run(
            parallel,
            shape.elements() / Math.max(1, size),
            size,
            (from, end) -> {
              for (int row = from; row < end; row++) {
                long offset = (long) row * size * Float.BYTES;
                long out = y.data().address() + offset;
                int c = row % alpha.length;
                affine(x.data().address() + offset, alpha[c], beta[c], out, size);
                after.apply(out, size);
              }
            });
  }

  private static void affine(long x, float alpha, float beta, long y, int count) {
    FloatVector a = FloatVector.broadcast(SPECIES, alpha);
    FloatVector b = FloatVector.broadcast(SPECIES, beta);
    long end = (long) count / LANES * VECTOR;
    long i = 0;
    for (; i < end; i += VECTOR) {
      Memory.store(y + i, Memory.load(x + i).mul(a).add(b));
    }
    for (; i < (long) count * Float.BYTES; i += Float.BYTES) {
      Memory.set(y + i, Memory.get(x + i) * alpha + beta);
    }
  }
}
