package fp8sim.kernel.simd.significand;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static jdk.incubator.vector.VectorOperators.I2F;

import fp8sim.format.FloatQuantizer;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.gemm.SumFinish;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.TileShape;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** Sums of integers become outputs: rounded to float32, scaled by channel, and quantized. */
@InPhase(Phase.OUTPUTS)
final class SumScaling implements SumFinish {
  private final SumForm.Kind form;
  private final TileStage.Channels axis;
  private final float[] scales;
  private final boolean isScaled;
  private final @Nullable FloatQuantizer quantizer;

  /**
   * Scaling for tiles of some channels.
   *
   * @param axis what channels are in tiles
   * @param scales one per channel
   * @param quantizer what scaled sums pass, or null
   */
  SumScaling(
      SumForm.Kind form,
      TileStage.Channels axis,
      float[] scales,
      @Nullable FloatQuantizer quantizer) {
    this.form = form;
    this.axis = axis;
    this.quantizer = quantizer;
    // Columns are read by whole tiles.
    this.scales = new float[scales.length + TileShape.COLUMNS];
    System.arraycopy(scales, 0, this.scales, 0, scales.length);
    boolean scaled = false;
    for (float scale : scales) {
      scaled |= scale != 1;
    }
    isScaled = scaled;
  }

  @Override
  public void toFloats(float[] sums, int start, int count) {
    switch (form) {
      case FLOATS -> {}
      case INTEGERS -> {
        for (int i = start; i < start + count; i += LANES) {
          FloatVector bits = FloatVector.fromArray(SPECIES, sums, i);
          ((FloatVector) bits.reinterpretAsInts().convert(I2F, 0)).intoArray(sums, i);
        }
      }
      case DOUBLES -> WideSums.interleaveToFloats(sums, start, count);
      case INTEGER_RANGES, FLOAT_RANGES -> WideSums.toFloats(sums, start, count);
    }
  }

  /** One for each channel, and as many more as a tile has columns. */
  float[] scales() {
    return scales;
  }

  @Override
  public void apply(OutputTile tile) {
    float[] sums = tile.sums();
    int start = tile.start();
    int rows = tile.rows();
    if (isScaled && axis == TileStage.Channels.ROWS) {
      scaleRows(sums, start, rows, tile.row());
    } else if (isScaled) {
      scaleColumns(sums, start, rows, tile.column());
    }
    if (quantizer != null) {
      for (int i = start; i < start + rows * TileShape.COLUMNS; i++) {
        sums[i] = quantizer.apply(sums[i]);
      }
    }
  }

  private void scaleRows(float[] sums, int start, int rows, int channel) {
    for (int r = 0; r < rows; r++) {
      int at = start + r * TileShape.COLUMNS;
      FloatVector scale = FloatVector.broadcast(SPECIES, scales[channel + r]);
      FloatVector.fromArray(SPECIES, sums, at).mul(scale).intoArray(sums, at);
      FloatVector.fromArray(SPECIES, sums, at + LANES).mul(scale).intoArray(sums, at + LANES);
    }
  }

  private void scaleColumns(float[] sums, int start, int rows, int channel) {
    FloatVector scale0 = FloatVector.fromArray(SPECIES, scales, channel);
    FloatVector scale1 = FloatVector.fromArray(SPECIES, scales, channel + LANES);
    for (int r = 0; r < rows; r++) {
      int at = start + r * TileShape.COLUMNS;
      FloatVector.fromArray(SPECIES, sums, at).mul(scale0).intoArray(sums, at);
      FloatVector.fromArray(SPECIES, sums, at + LANES).mul(scale1).intoArray(sums, at + LANES);
    }
  }
}
