package fp8sim.kernel.simd.gemm;

import fp8sim.kernel.simd.vector.OutputTile;

/** What finished sums pass before the epilogue, in place. */
public interface SumFinish {
  /** For sums that are outputs as they are. */
  SumFinish NONE = new SumFinish() {};

  /**
   * Turns sums in a tile's own form, one behind the other, into as many float32 numbers.
   *
   * @param start of the first sum, and of the first number
   */
  default void toFloats(float[] sums, int start, int count) {}

  /** Turns sums, of which the tile knows rows and columns, into outputs. */
  default void apply(OutputTile tile) {}
}
