package fp8sim.kernel.simd;

import fp8sim.format.BlockQuantizer;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.VectorBlocks;
import fp8sim.plan.Step;
import fp8sim.quant.BlockLayout;
import fp8sim.quant.QuantizerState;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Quantizes whole tensors in blocks; what {@link VectorBlocks} lacks the reference does. */
final class SimdBlockQuantize implements Executable {
  private final Op.FakeQuantize op;
  private final QuantizerState live;
  private final Tensor x;
  private final Tensor y;
  private final Executable reference;
  private @Nullable BlockQuantizer quantizer;
  private @Nullable VectorBlocks blocks;

  /**
   * A step that quantizes.
   *
   * @param reference the same, but for the update of the range
   */
  SimdBlockQuantize(Step step, Binding binding, Executable reference) {
    op = (Op.FakeQuantize) step.op();
    live = binding.quantizers().get(op.quantizer());
    x = StepOperands.tensor(step.input(0), binding);
    y = binding.tensor(step.output());
    this.reference = reference;
  }

  @Override
  public void run(Parallel parallel) {
    if (op.observes()) {
      live.observe(x.data());
    }
    if (x.shape().elements() == 0) {
      return;
    }
    BlockQuantizer now = (BlockQuantizer) live.quantizer();
    if (!VectorBlocks.suits(now)) {
      reference.run(parallel);
      return;
    }
    vectors(now)
        .quantize(BlockLayout.of(now, x.shape()), x.data().address(), y.data().address(), parallel);
  }

  private VectorBlocks vectors(BlockQuantizer now) {
    VectorBlocks known = blocks;
    if (known == null || !now.equals(quantizer)) {
      known = new VectorBlocks(now, live);
      quantizer = now;
      blocks = known;
    }
    return known;
  }
}
