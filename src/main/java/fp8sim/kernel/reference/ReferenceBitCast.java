package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.PackedElements;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** The same bits as another type of the same width; a byte that is not 0 is the boolean true. */
final class ReferenceBitCast {
  private ReferenceBitCast() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    if (y.type() == DataType.BOOL || y.type().isPacked()) {
      return parallel -> recode(x.data(), y);
    }
    return parallel -> Elements.copy(x, y);
  }

  private static void recode(MemorySegment x, Tensor y) {
    boolean toBoolean = y.type() == DataType.BOOL;
    for (int i = 0; i < y.shape().elements(); i++) {
      byte bits = x.get(Tensor.BYTE, i);
      byte code = toBoolean ? (byte) (bits != 0 ? 1 : 0) : PackedElements.code(y.type(), bits);
      y.data().set(Tensor.BYTE, i, code);
    }
  }
}
