package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.Memory.LANES;
import static fp8sim.kernel.simd.Memory.SPECIES;
import static fp8sim.kernel.simd.Memory.VECTOR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * What a tile goes through in registers on its way to memory, each part optional and rounded on its
 * own: {@code + bias}, {@code * alpha + beta} (rounded once if fused), {@code + residual}, then
 * limits.
 *
 * @param channels what the constants belong to; arrays by column are filled up to whole tiles
 * @param bias or null
 * @param alpha or null
 * @param beta null if and only if alpha is
 * @param fused whether {@code * alpha + beta} is rounded once
 * @param residual whether another tensor of the output's shape is added
 * @param limited whether {@code min(max(y, low), high)} follows, low <= high, neither being -0
 */
@InPhase(Phase.OUTPUTS)
record TileStage(
    Channels channels,
    float @Nullable [] bias,
    float @Nullable [] alpha,
    float @Nullable [] beta,
    boolean fused,
    boolean residual,
    boolean limited,
    float low,
    float high) {

  /** Along what the output channels of a product lie. */
  enum Channels {
    ROWS,
    COLUMNS,
    /** A tile belongs to one channel, whose number is given as its row. */
    TILES
  }

  /** Finishes a tile whose first output is (row, column); strides in bytes. */
  void apply(
      float[] sums,
      int at,
      int rows,
      int row,
      int column,
      long y,
      long yStride,
      long other,
      long otherStride) {
    if (bias != null && channels != Channels.COLUMNS && alpha == null && !residual) {
      int step = channels == Channels.ROWS ? 1 : 0;
      if (limited) {
        addBiasAndLimit(bias, step, sums, at, rows, row, y, yStride);
      } else {
        addBias(bias, step, sums, at, rows, row, y, yStride);
      }
      return;
    }
    for (int r = 0; r < rows; r++) {
      int constant =
          switch (channels) {
            case ROWS -> row + r;
            case COLUMNS -> column;
            case TILES -> row;
          };
      FloatVector y0 = FloatVector.fromArray(SPECIES, sums, at + r * Tile.COLUMNS);
      FloatVector y1 = FloatVector.fromArray(SPECIES, sums, at + r * Tile.COLUMNS + LANES);
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

  /** Frequent cases without their branches; constants lie {@code step} apart from row to row. */
  private static void addBias(
      float[] constants, int step, float[] sums, int at, int rows, int row, long y, long yStride) {
    for (int r = 0; r < rows; r++) {
      FloatVector shift = FloatVector.broadcast(SPECIES, constants[row + r * step]);
      FloatVector y0 = FloatVector.fromArray(SPECIES, sums, at + r * Tile.COLUMNS);
      FloatVector y1 = FloatVector.fromArray(SPECIES, sums, at + r * Tile.COLUMNS + LANES);
      Memory.store(y + r * yStride, y0.add(shift));
      Memory.store(y + r * yStride + VECTOR, y1.add(shift));
    }
  }

  private void addBiasAndLimit(
      float[] constants, int step, float[] sums, int at, int rows, int row, long y, long yStride) {
    FloatVector least = FloatVector.broadcast(SPECIES, low);
    FloatVector most = FloatVector.broadcast(SPECIES, high);
    for (int r = 0; r < rows; r++) {
      FloatVector shift = FloatVector.broadcast(SPECIES, constants[row + r * step]);
      FloatVector y0 = FloatVector.fromArray(SPECIES, sums, at + r * Tile.COLUMNS).add(shift);
      FloatVector y1 =
          FloatVector.fromArray(SPECIES, sums, at + r * Tile.COLUMNS + LANES).add(shift);
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
