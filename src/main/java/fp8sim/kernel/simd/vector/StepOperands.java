package fp8sim.kernel.simd.vector;

import fp8sim.kernel.Binding;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.NativeMemory;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Operands of the kernels that address memory. */
public final class StepOperands {
  private StepOperands() {}

  /** Whether all operands that a step has are float32. */
  public static boolean areFloat(Step step) {
    for (Operand input : step.inputs()) {
      if (input != null && input.dataType() != DataType.FLOAT) {
        return false;
      }
    }
    return step.output().dataType() == DataType.FLOAT;
  }

  /** An operand's tensor in memory that has an address; constants on the heap are copied once. */
  public static Tensor tensor(Operand operand, Binding binding) {
    Tensor tensor = binding.tensor(operand);
    return tensor.data().isNative()
        ? tensor
        : binding.prepared().get(tensor, "off-heap", StepOperands::offHeap);
  }

  private static Tensor offHeap(Tensor tensor) {
    MemorySegment copy = NativeMemory.allocate(Arena.ofAuto(), tensor.data().byteSize());
    copy = copy.asSlice(0, tensor.data().byteSize()).copyFrom(tensor.data());
    return new Tensor(tensor.type(), tensor.shape(), copy);
  }

  /** The elements of a constant; null for an operand that is absent. */
  public static float @Nullable [] constant(@Nullable Operand operand) {
    return operand instanceof Operand.Constant constant ? constant.tensor().toFloats() : null;
  }

  /** Whether an operand is absent or a constant. */
  public static boolean isConstant(@Nullable Operand operand) {
    return operand == null || operand instanceof Operand.Constant;
  }
}
