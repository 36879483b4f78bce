package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;

/** Tiles whose integer sums of a range of terms are added to {@link WideSums}. */
final class WideIndirectTile extends SelectingPatchTile {
  private static final float[] ZEROS = new float[POSITIONS * TileShape.COLUMNS];

  private final SelectingPatchTile integers;
  private final int mostTerms;

  /**
   * Tiles that widen sums.
   *
   * @param mostTerms so many that integers do not overflow
   */
  WideIndirectTile(SelectingPatchTile integers, int mostTerms) {
    this.integers = integers;
    this.mostTerms = mostTerms;
  }

  @Override
  public int mostTerms() {
    return mostTerms;
  }

  @Override
  SelectingPatchTile on(long tables) {
    return new WideIndirectTile(integers.on(tables), mostTerms);
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
    integers.multiply(size, x, positions, first, offsets, weights, count, ZEROS, 0, sums, 0);
    WideSums.add(sums, size * TileShape.COLUMNS, from, fromAt, to, toAt);
  }
}
