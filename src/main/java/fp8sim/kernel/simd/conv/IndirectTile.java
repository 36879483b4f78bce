package fp8sim.kernel.simd.conv;

import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.gemm.PackedMatrix;
import fp8sim.kernel.simd.vector.Specialized;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.numerics.FloatMath;
import java.lang.invoke.MethodHandles;

/**
 * The micro-kernels of convolutions with filters in vectors: six or four output positions times
 * {@link TileShape#COLUMNS} filters held in registers, each one chain of operations in the order of
 * k. The input stays where it is: term k of position p lies at {@code x + positions[p] +
 * offset[k]}, all in bytes, whatever strides and dilations are.
 *
 * <p>{@code offsets} is the address of {@code count > 0} non-negative ints, {@code weights} that of
 * as many rows of a panel of a {@link PackedMatrix}. Chains go on from {@code from[fromAt ..]} and
 * end in {@code to[toAt ..]}, position after position. As in {@link GemmTile}, the loop must not be
 * a counted one; here a few addresses keep their bounds checks, which end basic blocks too.
 */
public abstract class IndirectTile {
  /** Most positions of a tile. */
  public static final int POSITIONS = 6;

  public static IndirectTile of(FloatMath floatMath) {
    return Specialized.of(
        MethodHandles.lookup(), FloatIndirectTile.class, IndirectTile.class, floatMath);
  }

  /** The most terms that may be added at once; more are cut into ranges. */
  public int mostTerms() {
    return Integer.MAX_VALUE;
  }

  /** How many floats a sum takes while it waits; see {@link GemmTile}. */
  public int floatsOfSum() {
    return 1;
  }

  /**
   * Adds terms to the outputs of six or four positions.
   *
   * @param size how many positions, from {@code positions[first]} on
   */
  public abstract void multiply(
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
      int toAt);
}
