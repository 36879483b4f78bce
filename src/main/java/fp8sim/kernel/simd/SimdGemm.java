package fp8sim.kernel.simd;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.gemm.BlockProduct;
import fp8sim.kernel.simd.gemm.Blocking;
import fp8sim.kernel.simd.gemm.MatrixProducts;
import fp8sim.kernel.simd.gemm.PackedMatrix;
import fp8sim.kernel.simd.gemm.Panels;
import fp8sim.kernel.simd.product.ProductWays;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * Gemm, and MatMul with a constant right operand, which is packed once. Rows are the left operand's
 * rows of all batches, columns the right one's.
 */
final class SimdGemm extends ProductFamilyKernel {
  private final ProductWays products;

  SimdGemm(Kernel reference, ProductWays products) {
    super(reference);
    this.products = products;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.GEMM;
  }

  @Override
  ProductWays ways(Step step) {
    return products;
  }

  @Override
  Executable bindFloats(Step step, Binding binding) {
    return new Product(step, binding);
  }

  @Override
  boolean isSupported(Step step) {
    Shape a = step.input(0).shape();
    Operand b = step.input(1);
    boolean plain =
        StepOperands.areFloat(step)
            && a.rank() >= 2
            && a.dim(-1) > 0
            && b instanceof Operand.Constant
            && b.shape().rank() == 2
            && TileEpilogue.supports(step, step.output().shape().rank() - 1);
    return plain
        && switch (step.op()) {
          case Op.Gemm gemm -> !gemm.transA() && addend(step) != Addend.OTHER;
          case Op.MatMul matMul -> true;
          default -> false;
        };
  }

  private enum Addend {
    NONE,
    /** One constant for each column, or one for all. */
    COLUMNS,
    OTHER
  }

  private static Addend addend(Step step) {
    Operand c = step.optionalInput(2);
    if (c == null) {
      return Addend.NONE;
    }
    int columns = step.output().shape().dim(1);
    boolean row = c.shape().rank() < 2 || c.shape().dim(0) == 1;
    int count = c.shape().elements();
    return c instanceof Operand.Constant && row && (count == columns || count == 1)
        ? Addend.COLUMNS
        : Addend.OTHER;
  }

  private static final class Product implements Executable {
    /** More rows at once would keep accumulators out of the second-level cache. */
    private static final int MOST_ROWS = 192;

    private final Tensor a;
    private final Tensor y;
    private final PackedMatrix b;
    private final BlockProduct product;
    private final Blocking blocking;
    private final Panels[] panels;
    private final int rows;

    Product(Step step, Binding binding) {
      a = StepOperands.tensor(step.input(0), binding);
      y = binding.tensor(step.output());
      Tensor weight = ((Operand.Constant) step.input(1)).tensor();
      b = PackedMatrix.of(weight, MatrixProducts.isTransposed(step), binding.prepared());
      int columns = b.columns();
      rows = a.shape().elements(0, a.shape().rank() - 1);
      TileWriter writer = MatrixProducts.writer(step, binding);
      product = new BlockProduct(binding.floatMath(), b.terms(), writer, 0);
      int totalPanels = Math.ceilDiv(columns, TileShape.COLUMNS);
      blocking = Blocking.of(rows, MOST_ROWS, b.terms(), totalPanels, 1, binding.workers());
      panels = new Panels[Math.ceilDiv(totalPanels, blocking.panels()) * blocking.rowParts()];
      for (int i = 0; i < panels.length; i++) {
        panels[i] = b.from(i / blocking.rowParts() * blocking.panels());
      }
    }

    @Override
    public void run(Parallel parallel) {
      parallel.run(panels.length, this::part);
    }

    private void part(int index, int worker) {
      int firstRow = index % blocking.rowParts() * blocking.rows();
      int endRow = Math.min(firstRow + blocking.rows(), rows);
      int column = index / blocking.rowParts() * blocking.panels() * TileShape.COLUMNS;
      int count = Math.min(blocking.panels() * TileShape.COLUMNS, b.columns() - column);
      BlockProduct.Block block = new BlockProduct.Block(firstRow, endRow, column, count);
      product.run(a.data().address(), panels[index], block, y.data().address(), Scratch.current());
    }
  }
}
