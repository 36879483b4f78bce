package fp8sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelSetTest {
  private static final Shape SQUARE = Shape.of(2, 2);
  private static final Operand COMPUTED =
      new Operand.Slot(0, new TensorType(DataType.FLOAT, SQUARE));
  private static final Operand CONSTANT =
      new Operand.Constant(Tensor.zeros(DataType.FLOAT, SQUARE));

  private static final class Other implements FamilyKernel {
    private final KernelFamily family;

    Other(KernelFamily family) {
      this.family = family;
    }

    @Override
    public KernelFamily family() {
      return family;
    }

    @Override
    public Executable bind(Step step, Binding binding) {
      return parallel -> {};
    }
  }

  private static Step step(Op op, Operand... inputs) {
    Operand.Slot output = new Operand.Slot(64, new TensorType(DataType.FLOAT, SQUARE));
    return new Step("step", op, List.of(inputs), List.of(output), List.of());
  }

  @Test
  void aKernelServesTheFamilyThatItNames() {
    Kernel slow = (step, binding) -> parallel -> {};
    FamilyKernel fast = new Other(KernelFamily.GEMM);
    KernelSet all = KernelSet.of(slow);
    KernelSet set = all.with(fast);
    Step product = step(new Op.MatMul(false), COMPUTED, CONSTANT);
    assertThat(set.forStep(product)).isSameAs(fast);
    assertThat(all.forStep(product)).isSameAs(slow);
    assertThat(set.forStep(step(new Op.MatMul(false), COMPUTED, COMPUTED))).isSameAs(slow);
    assertThat(set.forStep(step(new Op.Concat(0), COMPUTED, COMPUTED))).isSameAs(slow);
  }

  @Test
  void theLastKernelOfAFamilyCounts() {
    FamilyKernel first = new Other(KernelFamily.SOFTMAX);
    FamilyKernel second = new Other(KernelFamily.SOFTMAX);
    KernelSet set = KernelSet.of((step, binding) -> parallel -> {}).with(first).with(second);
    assertThat(set.forStep(step(new Op.Softmax(1, false, false), COMPUTED))).isSameAs(second);
  }
}
