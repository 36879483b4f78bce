package fp8sim.kernel.simd.epilogue;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.TileShape;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * What a tile goes through in registers on its way to memory, each part optional and rounded on its
 * own: {@code + bias}, {@code * alpha + beta} (rounded once if fused), {@code + residual}, then
 * limits.
 *
 * @param channels what the constants belong to; arrays by column are filled up to whole tiles
 * @param residual whether another tensor of the output's shape is added
 */
@InPhase(Phase.OUTPUTS)
public record TileStage(
    Channels channels,
    float @Nullable [] bias,
    @Nullable Scaling scaling,
    boolean residual,
    @Nullable Clamp limits) {

  /** Along what the output channels of a product lie. */
  public enum Channels {
    ROWS,
    COLUMNS,
    /** A tile belongs to one channel, whose number is given as its row. */
    TILES
  }

  /**
   * {@code * alpha + beta}.
   *
   * @param fused whether that is rounded once
   */
  record Scaling(float[] alpha, float[] beta, boolean fused) {}

  /** {@code min(max(y, low), high)}, low <= high, neither being -0. */
  record Clamp(float low, float high) {}

  /**
   * Finishes the rows of a tile. It stays longer than the 325 bytes of bytecode up to which the JIT
   * compiler inlines hot methods: with it, its callers could exceed their limit of nodes, after
   * which vectors are passed as objects.
   *
   * @param sums row after row of {@link TileShape#COLUMNS} from {@code sums[at]} on
   * @param tile where they belong, and their residual
   * @param y where they go
   * @param yStride bytes from row to row there
   */
  void apply(float[] sums, int at, OutputTile tile, long y, long yStride) {
    if (bias != null && channels != Channels.COLUMNS && scaling == null && !residual) {
      if (limits != null) {
        addBiasAndLimit(bias, limits, sums, at, tile, y, yStride);
      } else {
        addBias(bias, sums, at, tile, y, yStride);
      }
      return;
    }
    int rows = tile.rows();
    int row = tile.row();
    int column = tile.column();
    long other = tile.residual();
    long otherStride = tile.residualStride();
    float[] alpha = scaling == null ? null : scaling.alpha();
    float[] beta = scaling == null ? null : scaling.beta();
    boolean fused = scaling != null && scaling.fused();
    boolean limited = limits != null;
    float low = limits == null ? 0 : limits.low();
    float high = limits == null ? 0 : limits.high();
    for (int r = 0; r < rows; r++) {
      int constant =
          switch (channels) {
            case ROWS -> row + r;
            case COLUMNS -> column;
            case TILES -> row;
          };
      FloatVector y0 = FloatVector.fromArray(SPECIES, sums, at + r * TileShape.COLUMNS);
      FloatVector y1 = FloatVector.fromArray(SPECIES, sums, at + r * TileShape.COLUMNS + LANES);
      if (bias != null) {
        y0 = y0.add(first(bias, constant));
        y1 = y1.add(second(bias, constant));
      }
      if (alpha != null && beta != null) {
        if (fused) {
          y0 = y0.fma(first(alpha, constant), first(beta, constant));
          y1 = y1.fma(second(alpha, constant), second(beta, constant));
        } else {
          y0 = y0.mul(first(alpha, constant)).add(first(beta, constant));
          y1 = y1.mul(second(alpha, constant)).add(second(beta, constant));
        }
      }
      if (residual) {
        y0 = y0.add(Memory.load(other + r * otherStride));
        y1 = y1.add(Memory.load(other + r * otherStride + VECTOR));
      }
      if (limited) {
        y0 = y0.blend(low, y0.compare(LE, low)).blend(high, y0.compare(GT, high));
        y1 = y1.blend(low, y1.compare(LE, low)).blend(high, y1.compare(GT, high));
      }
      Memory.store(y + r * yStride, y0);
      Memory.store(y + r * yStride + VECTOR, y1);
    }
  }

  /** Frequent cases without their branches; constants do not belong to columns. */
  private void addBias(
      float[] constants, float[] sums, int at, OutputTile tile, long y, long yStride) {
    int step = channels == Channels.ROWS ? 1 : 0;
    int rows = tile.rows();
    int row = tile.row();
    for (int r = 0; r < rows; r++) {
      FloatVector shift = FloatVector.broadcast(SPECIES, constants[row + r * step]);
      FloatVector y0 = FloatVector.fromArray(SPECIES, sums, at + r * TileShape.COLUMNS);
      FloatVector y1 = FloatVector.fromArray(SPECIES, sums, at + r * TileShape.COLUMNS + LANES);
      Memory.store(y + r * yStride, y0.add(shift));
      Memory.store(y + r * yStride + VECTOR, y1.add(shift));
    }
  }

  private void addBiasAndLimit(
      float[] constants, Clamp range, float[] sums, int at, OutputTile tile, long y, long yStride) {
    int step = channels == Channels.ROWS ? 1 : 0;
    int rows = tile.rows();
    int row = tile.row();
    FloatVector least = FloatVector.broadcast(SPECIES, range.low());
    FloatVector most = FloatVector.broadcast(SPECIES, range.high());
    for (int r = 0; r < rows; r++) {
      FloatVector shift = FloatVector.broadcast(SPECIES, constants[row + r * step]);
      FloatVector y0 = FloatVector.fromArray(SPECIES, sums, at + r * TileShape.COLUMNS).add(shift);
      FloatVector y1 =
          FloatVector.fromArray(SPECIES, sums, at + r * TileShape.COLUMNS + LANES).add(shift);
      y0 = y0.blend(least, y0.compare(LE, least)).blend(most, y0.compare(GT, most));
      y1 = y1.blend(least, y1.compare(LE, least)).blend(most, y1.compare(GT, most));
      Memory.store(y + r * yStride, y0);
      Memory.store(y + r * yStride + VECTOR, y1);
    }
  }

  private FloatVector first(float[] constants, int at) {
    return channels != Channels.COLUMNS
        ? FloatVector.broadcast(SPECIES, constants[at])
        : FloatVector.fromArray(SPECIES, constants, at);
  }

  private FloatVector second(float[] constants, int at) {
    return channels != Channels.COLUMNS
        ? FloatVector.broadcast(SPECIES, constants[at])
        : FloatVector.fromArray(SPECIES, constants, at + LANES);
  }
}
