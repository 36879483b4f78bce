package fp8sim.kernel.simd.conv;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.gemm.BlockProduct;
import fp8sim.kernel.simd.gemm.Blocking;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.gemm.RangedMatrix;
import fp8sim.kernel.simd.gemm.SumFinish;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Convolution as the product of the weights {@code [filters, terms]} with patches of the input that
 * are packed panel by panel. Columns are output positions, counted through all images.
 */
public final class GemmConvolution implements Executable {
  private final ConvGeometry geometry;
  private final Tensor x;
  private final MemorySegment weights;
  private final Tensor y;
  private final BlockProduct product;
  private final Blocking blocking;
  private final PatchPanels[] panels;
  private final int columns;
  private final int columnParts;

  /**
   * What is multiplied, in the form that its tiles take.
   *
   * @param weights a {@link RangedMatrix} if {@code ranged}
   * @param finish what sums pass before the epilogue
   */
  public record Operands(
      Tensor x, MemorySegment weights, boolean ranged, GemmTile tile, SumFinish finish) {
    private static Operands of(Step step, Binding binding) {
      Tensor weight = StepOperands.tensor(step.input(1), binding);
      boolean constant = step.input(1) instanceof Operand.Constant;
      int filters = weight.shape().dim(0);
      int terms = weight.shape().elements() / filters;
      MemorySegment weights =
          constant ? RangedMatrix.of(weight, filters, terms, binding.prepared()) : weight.data();
      return new Operands(
          StepOperands.tensor(step.input(0), binding),
          weights,
          constant,
          GemmTile.of(binding.floatMath()),
          SumFinish.NONE);
    }
  }

  public GemmConvolution(Step step, Binding binding) {
    this(step, binding, Operands.of(step, binding));
  }

  /** A convolution of other operands than the step's own, which have the same shapes. */
  public GemmConvolution(Step step, Binding binding, Operands operands) {
    x = operands.x();
    weights = operands.weights();
    y = binding.tensor(step.output());
    geometry = ConvGeometry.of(step).simplified();
    TileWriter writer = geometry.writer(step, binding);
    product =
        new BlockProduct(
            operands.tile(),
            operands.finish(),
            geometry.terms(),
            writer,
            operands.ranged() ? geometry.outputChannels() : 0);
    columns = geometry.batch() * geometry.outPlane();
    int totalPanels = Math.ceilDiv(columns, TileShape.COLUMNS);
    blocking =
        Blocking.of(
            geometry.filters(),
            Blocking.MOST_ROWS,
            geometry.terms(),
            totalPanels,
            geometry.groups(),
            binding.workers());
    columnParts = Math.ceilDiv(totalPanels, blocking.panels());
    panels = new PatchPanels[binding.workers()];
    long limit = x.data().address() + x.data().byteSize();
    for (int i = 0; i < panels.length; i++) {
      panels[i] = new PatchPanels(geometry, x.data().address(), limit);
    }
  }

  @Override
  public void run(Parallel parallel) {
    parallel.run(geometry.groups() * columnParts * blocking.rowParts(), this::part);
  }

  private void part(int index, int worker) {
    int rowPart = index % blocking.rowParts();
    int columnPart = index / blocking.rowParts() % columnParts;
    int group = index / blocking.rowParts() / columnParts;
    int column = columnPart * blocking.panels() * TileShape.COLUMNS;
    int count = Math.min(blocking.panels() * TileShape.COLUMNS, columns - column);
    int firstRow = group * geometry.filters() + rowPart * blocking.rows();
    int endRow = Math.min(firstRow + blocking.rows(), (group + 1) * geometry.filters());
    Scratch scratch = Scratch.current();
    PatchPanels patches = panels[worker];
    patches.select(group, column, count, scratch);
    BlockProduct.Block block = new BlockProduct.Block(firstRow, endRow, column, count);
    product.run(weights.address(), patches, block, y.data().address(), scratch);
  }
}
