package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;

/** Tiles whose integer sums of a range of terms are added to {@link WideSums}. */
final class WideGemmTile extends SelectingMatrixTile {
  private static final float[] ZEROS = new float[TileShape.ROWS * TileShape.COLUMNS];

  private final SelectingMatrixTile integers;
  private final int mostTerms;

  /**
   * Tiles that widen sums.
   *
   * @param mostTerms so many that integers do not overflow
   */
  WideGemmTile(SelectingMatrixTile integers, int mostTerms) {
    this.integers = integers;
    this.mostTerms = mostTerms;
  }

  @Override
  public int mostTerms() {
    return mostTerms;
  }

  @Override
  SelectingMatrixTile on(long tables) {
    return new WideGemmTile(integers.on(tables), mostTerms);
  }

  @Override
  public int rows(int left, int columns, long stride) {
    return integers.rows(left, columns, stride);
  }

  @Override
  public int floatsOfSum() {
    return 2;
  }

  @Override
  public void multiply(
      int rows,
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    float[] sums = Scratch.current().tileFloats();
    integers.multiply(rows, a, aStride, b, bStride, count, ZEROS, 0, sums, 0);
    WideSums.add(sums, rows * TileShape.COLUMNS, from, fromAt, to, toAt);
  }
}
