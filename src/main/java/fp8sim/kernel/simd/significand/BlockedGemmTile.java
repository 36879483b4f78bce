package fp8sim.kernel.simd.significand;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.gemm.PackedMatrix;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;
import jdk.incubator.vector.FloatVector;

/**
 * Tiles of operands in block formats: the sums of a block's terms are multiplied by the scales of
 * both operands' blocks and added to float32 sums, which wait between blocks.
 */
@InPhase(Phase.PRODUCTS)
final class BlockedGemmTile extends GemmTile {
  private static final float[] ZEROS = new float[2 * TileShape.ROWS * TileShape.COLUMNS];

  private final GemmTile tiles;
  private final SumScaling scaling;
  private final PackedMatrix right;
  private final PackedMatrix rightScales;
  private final long toScales;
  private final int terms;

  /**
   * Tiles that scale sums.
   *
   * @param tiles of sums over a block
   * @param scaling turns these into float32 numbers in units of elements
   * @param right what tiles are called with
   * @param rightScales a row for each block, or part of one, of {@code terms} terms
   * @param toScales bytes from an entry of the left operand to the scale of its block; 0 if it is
   *     not in blocks
   */
  BlockedGemmTile(
      GemmTile tiles,
      SumScaling scaling,
      PackedMatrix right,
      PackedMatrix rightScales,
      long toScales,
      int terms) {
    this.tiles = tiles;
    this.scaling = scaling;
    this.right = right;
    this.rightScales = rightScales;
    this.toScales = toScales;
    this.terms = terms;
  }

  @Override
  public int range(int all) {
    return Math.min(all, Math.max(1, mostTerms() / terms) * terms);
  }

  @Override
  public int rows(int left, int columns, long stride) {
    return tiles.rows(left, columns, stride);
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
    int place = (int) ((b - right.address(0)) / TileShape.ROW);
    int panel = place / right.terms();
    long scales =
        rightScales.address(panel) + (long) (place % right.terms() / terms) * TileShape.ROW;
    for (int k = 0; k < count; k += terms, scales += TileShape.ROW) {
      int added = Math.min(terms, count - k);
      long left = a + (long) k * Float.BYTES;
      tiles.multiply(rows, left, aStride, b + k * bStride, bStride, added, ZEROS, 0, sums, 0);
      scaling.toFloats(sums, 0, rows * TileShape.COLUMNS);
      if (k == 0) {
        add(rows, panel, left, aStride, scales, sums, from, fromAt, to, toAt);
      } else {
        add(rows, panel, left, aStride, scales, sums, to, toAt, to, toAt);
      }
    }
  }

  /** Adds the sums of a block, times their scales. */
  private void add(
      int rows,
      int panel,
      long a,
      long aStride,
      long scales,
      float[] sums,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    float[] formats = scaling.scales();
    int format = panel * TileShape.COLUMNS;
    for (int half = 0; half < TileShape.COLUMNS; half += LANES) {
      FloatVector formatScale = FloatVector.fromArray(SPECIES, formats, format + half);
      FloatVector second = Memory.load(scales + (half == 0 ? 0 : VECTOR));
      for (int r = 0; r < rows; r++) {
        int at = r * TileShape.COLUMNS + half;
        float first = toScales == 0 ? 1 : Memory.get(a + toScales + r * aStride);
        FloatVector sum =
            FloatVector.fromArray(SPECIES, sums, at).mul(formatScale).mul(first).mul(second);
        FloatVector.fromArray(SPECIES, from, fromAt + at).add(sum).intoArray(to, toAt + at);
      }
    }
  }

  @Override
  public void window(long x, long rowStride, long[] offsets, long weights, float[] to) {
    throw new UnsupportedOperationException("windows have no blocks");
  }
}
