package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;

/** Tiles whose sums of a range of terms are added to {@link WideSums}. */
final class WideIndirectTile extends SelectingPatchTile {
  private static final float[] ZEROS = new float[POSITIONS * TileShape.COLUMNS];

  private final SelectingPatchTile tiles;
  private final SumForm form;

  /**
   * Tiles that widen sums.
   *
   * @param form of the sums, exact for a range of terms
   */
  WideIndirectTile(SelectingPatchTile tiles, SumForm form) {
    this.tiles = tiles;
    this.form = form;
  }

  @Override
  public int mostTerms() {
    return form.mostTerms();
  }

  @Override
  SelectingPatchTile on(long tables) {
    return new WideIndirectTile(tiles.on(tables), form);
  }

  @Override
  public int floatsOfSum() {
    return 2;
  }

  @Override
  public void multiply(
      int size,
      long x,
      long[] positions,
      int first,
      long offsets,
      long weights,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    float[] sums = Scratch.current().tileFloats();
    tiles.multiply(size, x, positions, first, offsets, weights, count, ZEROS, 0, sums, 0);
    WideSums.add(form.isInteger(), sums, size * TileShape.COLUMNS, from, fromAt, to, toAt);
  }
}
