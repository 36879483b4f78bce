package fp8sim.kernel.simd.coded;

import fp8sim.format.BlockQuantizer;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.vector.VectorBlocks;
import fp8sim.quant.BlockLayout;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** A computed operand in a block format, taken apart before it is encoded. */
public final class SplitOperand {
  private final Tensor values;
  private final VectorBlocks blocks;
  private final BlockLayout layout;
  private final Tensor elements;
  private final Tensor scales;

  public SplitOperand(Tensor values, BlockQuantizer quantizer, Binding binding) {
    this.values = values;
    blocks = new VectorBlocks(quantizer, null);
    layout = BlockLayout.of(quantizer, values.shape());
    elements = like(values, binding);
    scales = like(values, binding);
  }

  private static Tensor like(Tensor tensor, Binding binding) {
    long bytes = tensor.data().byteSize();
    MemorySegment memory = binding.allocate(Math.max(1, bytes)).asSlice(0, bytes);
    return new Tensor(tensor.type(), tensor.shape(), memory);
  }

  public void split(Parallel parallel) {
    blocks.split(
        layout,
        values.data().address(),
        elements.data().address(),
        scales.data().address(),
        parallel);
  }

  /** Numbers of the element format. */
  public Tensor elements() {
    return elements;
  }

  /** For each element the scale of its block. */
  public Tensor scales() {
    return scales;
  }
}
