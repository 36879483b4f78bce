package fp8sim.kernel.simd;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.gemm.BlockProduct;
import fp8sim.kernel.simd.gemm.Blocking;
import fp8sim.kernel.simd.gemm.MatrixPanels;
import fp8sim.kernel.simd.gemm.MatrixProducts;
import fp8sim.kernel.simd.product.ProductWays;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** MatMul of two computed operands, batched: the right one is packed panel by panel. */
final class SimdMatMul extends ProductFamilyKernel {
  private final ProductWays products;

  SimdMatMul(Kernel reference, ProductWays products) {
    super(reference);
    this.products = products;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.MATMUL;
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
    return StepOperands.areFloat(step)
        && a.rank() >= 2
        && a.dim(-1) > 0
        && step.input(1).shape().rank() >= 2
        && TileEpilogue.supports(step, step.output().shape().rank() - 1);
  }

  private static final class Product implements Executable {
    private final Tensor a;
    private final Tensor b;
    private final Tensor y;
    private final int rows;
    private final int terms;
    private final int columns;
    private final int[] aMatrix;
    private final int[] bMatrix;
    private final BlockProduct product;
    private final Blocking blocking;
    private final MatrixPanels[] panels;
    private final int columnParts;

    Product(Step step, Binding binding) {
      MatrixProducts matrices = MatrixProducts.of(step, binding);
      a = matrices.a();
      b = matrices.b();
      y = matrices.y();
      rows = matrices.rows();
      terms = matrices.terms();
      columns = matrices.columns();
      aMatrix = matrices.aMatrix();
      bMatrix = matrices.bMatrix();
      TileWriter writer = MatrixProducts.writer(step, binding);
      product = new BlockProduct(binding.floatMath(), terms, writer, 0);
      int totalPanels = Math.ceilDiv(columns, TileShape.COLUMNS);
      int most = Blocking.MOST_ROWS;
      blocking = Blocking.of(rows, most, terms, totalPanels, aMatrix.length, binding.workers());
      columnParts = Math.ceilDiv(totalPanels, blocking.panels());
      panels = new MatrixPanels[binding.workers()];
      long limit = b.data().address() + b.data().byteSize();
      for (int i = 0; i < panels.length; i++) {
        panels[i] = new MatrixPanels(terms, columns, matrices.transB(), limit);
      }
    }

    @Override
    public void run(Parallel parallel) {
      parallel.run(aMatrix.length * columnParts * blocking.rowParts(), this::part);
    }

    private void part(int index, int worker) {
      int rowPart = index % blocking.rowParts();
      int columnPart = index / blocking.rowParts() % columnParts;
      int matrix = index / blocking.rowParts() / columnParts;
      int firstRow = rowPart * blocking.rows();
      int endRow = Math.min(firstRow + blocking.rows(), rows);
      int column = columnPart * blocking.panels() * TileShape.COLUMNS;
      int count = Math.min(blocking.panels() * TileShape.COLUMNS, columns - column);
      Scratch scratch = Scratch.current();
      MatrixPanels right = panels[worker];
      long from = b.data().address() + (long) bMatrix[matrix] * terms * columns * Float.BYTES;
      right.select(from, column, count, scratch);
      BlockProduct.Block block = new BlockProduct.Block(firstRow, endRow, column, count);
      long left = a.data().address() + (long) aMatrix[matrix] * rows * terms * Float.BYTES;
      long to = y.data().address() + (long) matrix * rows * columns * Float.BYTES;
      product.run(left, right, block, to, scratch);
    }
  }
}
