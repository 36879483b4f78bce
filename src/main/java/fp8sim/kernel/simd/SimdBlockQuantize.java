package fp8sim.kernel.simd;

import fp8sim.format.BlockQuantizer;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.vector.Chunks;
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
    VectorBlocks vectors = vectors(now);
    BlockLayout layout = BlockLayout.of(now, x.shape());
    if (layout.stride() == 1) {
      rows(vectors, layout, parallel);
    } else {
      columns(vectors, layout, parallel);
    }
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

  private void rows(VectorBlocks vectors, BlockLayout layout, Parallel parallel) {
    int size = Math.min(layout.size(), layout.length());
    if (layout.length() % size == 0) {
      Chunks.run(
          parallel,
          layout.blocks(),
          size,
          (first, end) ->
              vectors.rows(address(x, first * size), address(y, first * size), size, end - first));
      return;
    }
    Chunks.run(
        parallel,
        layout.lines(),
        layout.length(),
        (first, end) -> {
          for (int line = first; line < end; line++) {
            int at = line * layout.length();
            int whole = layout.length() / size;
            vectors.rows(address(x, at), address(y, at), size, whole);
            at += whole * size;
            vectors.rows(address(x, at), address(y, at), layout.length() % size, 1);
          }
        });
  }

  /** The blocks that start in one row of adjacent lines. */
  private void columns(VectorBlocks vectors, BlockLayout layout, Parallel parallel) {
    int stride = layout.stride();
    long bytes = (long) stride * Float.BYTES;
    int perLine = layout.blocksPerLine();
    Chunks.run(
        parallel,
        layout.blocks() / stride,
        stride * Math.min(layout.size(), layout.length()),
        (first, end) -> {
          for (int i = first; i < end; i++) {
            int along = i % perLine * layout.size();
            int at = (i / perLine * layout.length() + along) * stride;
            int rows = Math.min(layout.size(), layout.length() - along);
            vectors.columns(address(x, at), address(y, at), bytes, rows, stride);
          }
        });
  }

  private static long address(Tensor tensor, int index) {
    return tensor.data().address() + (long) index * Float.BYTES;
  }
}
