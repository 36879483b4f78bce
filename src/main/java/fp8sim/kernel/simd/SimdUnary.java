package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.vector.Memory.LANES;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.VectorFunction;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Functions of one float32 argument; Cast, Identity and other types by the reference. */
final class SimdUnary implements FamilyKernel {
  private final Kernel reference;

  SimdUnary(Kernel reference) {
    this.reference = reference;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.UNARY;
  }

  @Override
  public Executable bind(Step step, Binding binding) {
    Op.Unary unary = StepOperands.areFloat(step) ? unary(step) : null;
    if (unary == null || !step.epilogue().isEmpty()) {
      return reference.bind(step, binding);
    }
    VectorFunction function = VectorFunction.of(unary);
    Tensor x = StepOperands.tensor(step.input(0), binding);
    Tensor y = binding.tensor(step.output());
    int elements = x.shape().elements();
    return parallel ->
        Chunks.run(
            parallel,
            Math.ceilDiv(elements, LANES),
            LANES,
            (from, end) -> {
              long offset = (long) from * Memory.VECTOR;
              int count = Math.min(end * LANES, elements) - from * LANES;
              function.apply(x.data().address() + offset, y.data().address() + offset, count);
            });
  }

  private static Op.@Nullable Unary unary(Step step) {
    return switch (step.op()) {
      case Op.Unary op -> op;
      case Op.Clip op -> clamp(step);
      default -> null;
    };
  }

  /** A Clip with constant bounds as a function of one argument. */
  private static Op.@Nullable Unary clamp(Step step) {
    if (!isScalar(step.optionalInput(1)) || !isScalar(step.optionalInput(2))) {
      return null;
    }
    float[] low = StepOperands.constant(step.optionalInput(1));
    float[] high = StepOperands.constant(step.optionalInput(2));
    return new Op.Unary(
        UnaryFunction.CLAMP,
        low == null ? Float.NEGATIVE_INFINITY : low[0],
        high == null ? Float.POSITIVE_INFINITY : high[0]);
  }

  private static boolean isScalar(@Nullable Operand operand) {
    return operand == null
        || (operand instanceof Operand.Constant && operand.shape().elements() == 1);
  }
}
