package fp8sim.kernel.simd.significand;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.gemm.BlockProduct;
import fp8sim.kernel.simd.gemm.Blocking;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.gemm.MatrixPanels;
import fp8sim.kernel.simd.gemm.MatrixProducts;
import fp8sim.kernel.simd.gemm.PackedMatrix;
import fp8sim.kernel.simd.gemm.Panels;
import fp8sim.kernel.simd.gemm.SumFinish;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Gemm and MatMul by tiles of any kind, batched; a constant right operand is packed already. */
final class SelectedMatMul implements Executable {
  /**
   * What is multiplied, in the form that its tiles take.
   *
   * @param a of the shape of the left operand
   * @param b of the shape of the right operand; not read if there is a packed one
   * @param packed the right operand if it is constant
   * @param finish what sums pass before the epilogue
   */
  record Operands(
      Tensor a, Tensor b, @Nullable PackedMatrix packed, GemmTile tile, SumFinish finish) {}

  private final Tensor a;
  private final Tensor b;
  private final Tensor y;
  private final @Nullable PackedMatrix packed;
  private final int rows;
  private final int terms;
  private final int columns;
  private final int[] aMatrix;
  private final int[] bMatrix;
  private final BlockProduct product;
  private final Blocking blocking;
  private final MatrixPanels[] panels;
  private final int columnParts;

  SelectedMatMul(Step step, Binding binding, Operands operands) {
    a = operands.a();
    b = operands.b();
    packed = operands.packed();
    MatrixProducts matrices = MatrixProducts.of(step, binding);
    y = matrices.y();
    terms = matrices.terms();
    columns = matrices.columns();
    rows = matrices.rows();
    aMatrix = matrices.aMatrix();
    bMatrix = matrices.bMatrix();
    TileWriter writer = MatrixProducts.writer(step, binding);
    product = new BlockProduct(operands.tile(), operands.finish(), terms, writer, 0);
    int totalPanels = Math.ceilDiv(columns, TileShape.COLUMNS);
    int mostRows = packed == null ? Blocking.MOST_ROWS : BlockProduct.ROW_BLOCK;
    blocking = Blocking.of(rows, mostRows, terms, totalPanels, aMatrix.length, binding.workers());
    columnParts = Math.ceilDiv(totalPanels, blocking.panels());
    panels = new MatrixPanels[packed == null ? binding.workers() : 0];
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
    Panels right;
    if (packed == null) {
      MatrixPanels computed = panels[worker];
      long from = b.data().address() + (long) bMatrix[matrix] * terms * columns * Float.BYTES;
      computed.select(from, column, count, scratch);
      right = computed;
    } else {
      right = packed.from(columnPart * blocking.panels());
    }
    BlockProduct.Block block = new BlockProduct.Block(firstRow, endRow, column, count);
    long left = a.data().address() + (long) aMatrix[matrix] * rows * terms * Float.BYTES;
    long to = y.data().address() + (long) matrix * rows * columns * Float.BYTES;
    product.run(left, right, block, to, scratch);
  }
}
