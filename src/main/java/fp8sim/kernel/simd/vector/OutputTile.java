package fp8sim.kernel.simd.vector;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.epilogue.TileWriter;

/**
 * A tile of finished sums on its way to memory. Each thread has one in its {@link Scratch} and
 * fills it anew for every tile: kernels say which sums these are, {@link TileWriter} says where
 * they go. Addresses and strides are in bytes.
 */
@InPhase(Phase.OUTPUTS)
public final class OutputTile {
  private final long dense;
  private final long denseResidual;
  private float[] sums = {};
  private int start;
  private int rows;
  private int row;
  private int column;
  private int lane;
  private int lanes;
  private long target;
  private long targetStride;
  private long residual;
  private long residualStride;
  private long work;

  /**
   * A tile with nothing in it.
   *
   * @param dense address of memory for a whole tile whose rows lie one behind the other
   * @param denseResidual likewise, for another operand
   */
  OutputTile(long dense, long denseResidual) {
    this.dense = dense;
    this.denseResidual = denseResidual;
  }

  /** Takes sums, {@code rows} rows of {@link TileShape#COLUMNS} from {@code sums[start]} on. */
  public OutputTile of(float[] newSums, int newStart, int newRows) {
    sums = newSums;
    start = newStart;
    rows = newRows;
    return this;
  }

  /** Says of which output the first sum is. */
  public OutputTile at(int firstRow, int firstColumn) {
    row = firstRow;
    column = firstColumn;
    return this;
  }

  /** Sends all columns to memory; rows of the residual are as far apart as the target's. */
  public OutputTile whole(long to, long stride, long other, long between) {
    target = to;
    targetStride = stride;
    residual = other;
    residualStride = stride;
    work = between;
    return lanes(0, TileShape.COLUMNS);
  }

  /** Sends some columns to {@link #dense}, with a residual from memory beside it. */
  public OutputTile part(int firstLane, int count) {
    target = dense;
    targetStride = TileShape.ROW;
    residual = denseResidual;
    residualStride = TileShape.ROW;
    work = dense;
    return lanes(firstLane, count);
  }

  /** Says which columns are outputs; the others are undefined and count for nothing. */
  public OutputTile lanes(int first, int count) {
    lane = first;
    lanes = count;
    return this;
  }

  /** Sums, row after row of {@link TileShape#COLUMNS}, from {@link #start} on. */
  public float[] sums() {
    return sums;
  }

  public int start() {
    return start;
  }

  public int rows() {
    return rows;
  }

  /** Row of the first sum's output. */
  public int row() {
    return row;
  }

  /** Column of the first sum's output. */
  public int column() {
    return column;
  }

  /** First column that is an output. */
  public int lane() {
    return lane;
  }

  /** How many columns are outputs. */
  public int lanes() {
    return lanes;
  }

  /** Where the first row goes. */
  public long target() {
    return target;
  }

  public long targetStride() {
    return targetStride;
  }

  /** Where the first row's residual lies, if there is one. */
  public long residual() {
    return residual;
  }

  public long residualStride() {
    return residualStride;
  }

  /**
   * Address of a dense tile for what lies between sums and target; it may be the target if that is
   * dense.
   */
  public long work() {
    return work;
  }

  /** Address of memory of this thread for a dense tile. */
  public long dense() {
    return dense;
  }
}
