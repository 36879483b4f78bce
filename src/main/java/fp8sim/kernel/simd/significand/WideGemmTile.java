package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;

/** Tiles whose sums of a range of terms are added to {@link WideSums}. */
final class WideGemmTile extends SelectingMatrixTile {
  private static final float[] ZEROS = new float[TileShape.ROWS * TileShape.COLUMNS];

  private final SelectingMatrixTile tiles;
  private final SumForm form;

  /**
   * Tiles that widen sums.
   *
   * @param form of the sums, exact for a range of terms
   */
  WideGemmTile(SelectingMatrixTile tiles, SumForm form) {
    this.tiles = tiles;
    this.form = form;
  }

  @Override
  public int mostTerms() {
    return form.mostTerms();
  }

  @Override
  SelectingMatrixTile on(long tables) {
    return new WideGemmTile(tiles.on(tables), form);
  }

  @Override
  public int rows(int left, int columns, long stride) {
    return tiles.rows(left, columns, stride);
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
    tiles.multiply(rows, a, aStride, b, bStride, count, ZEROS, 0, sums, 0);
    WideSums.add(form.isInteger(), sums, rows * TileShape.COLUMNS, from, fromAt, to, toAt);
  }
}
