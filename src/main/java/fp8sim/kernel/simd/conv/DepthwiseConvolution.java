package fp8sim.kernel.simd.conv;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Convolution with one input channel per group: plane by plane, vectors along rows. */
@InPhase(Phase.PRODUCTS)
public final class DepthwiseConvolution implements Executable {
  private final ConvGeometry geometry;
  private final PaddedPlane padded;

  /** For convolutions without strides, residual or scalar quantizer, else null. */
  private final @Nullable FlatPlane flat;

  private final Tensor x;
  private final Tensor weight;
  private final Tensor y;
  private final GemmTile tile;
  private final TileEpilogue epilogue;
  private final int planes;

  public DepthwiseConvolution(Step step, Binding binding) {
    x = StepOperands.tensor(step.input(0), binding);
    weight = StepOperands.tensor(step.input(1), binding);
    y = binding.tensor(step.output());
    geometry = ConvGeometry.of((Op.Conv) step.op(), x.shape(), weight.shape(), y.shape());
    padded = new PaddedPlane(geometry, 0f);
    tile = GemmTile.of(binding.floatMath());
    int channels = geometry.outputChannels();
    epilogue = TileEpilogue.ofConv(step, binding, TileStage.Channels.TILES, channels);
    boolean canBeFlat = !epilogue.hasResidual() && !epilogue.hasScalarQuantizer();
    flat = FlatPlane.fits(geometry) && canBeFlat ? new FlatPlane(geometry) : null;
    planes = geometry.batch() * geometry.outputChannels();
  }

  @Override
  public void run(Parallel parallel) {
    Chunks.runPlanes(parallel, planes, geometry.outPlane(), this::part);
  }

  private void part(int from, int end) {
    Scratch scratch = Scratch.current();
    for (int p = from; p < end; p++) {
      if (flat == null || !flatPlane(flat, p, scratch)) {
        plane(p, scratch);
      }
    }
  }

  private void plane(int p, Scratch scratch) {
    int channel = p % geometry.outputChannels();
    long source = (long) (p / geometry.filters()) * geometry.plane() * Float.BYTES;
    long copy = scratch.panel(padded.bytes());
    padded.pack(x.data().address() + source, x.data().address() + x.data().byteSize(), copy);
    long weights = weight.data().address() + (long) channel * geometry.terms() * Float.BYTES;
    long out = y.data().address() + (long) p * geometry.outPlane() * Float.BYTES;
    long outStride = (long) geometry.outWidth() * Float.BYTES;
    float[] sums = scratch.accumulators(GemmTile.WINDOW_ROWS * TileShape.COLUMNS);
    OutputTile result = scratch.output().at(channel, 0);
    for (int row = 0; row < geometry.outHeight(); row += GemmTile.WINDOW_ROWS) {
      int rows = Math.min(GemmTile.WINDOW_ROWS, geometry.outHeight() - row);
      for (int column = 0; column < geometry.outWidth(); column += TileShape.COLUMNS) {
        int columns = Math.min(TileShape.COLUMNS, geometry.outWidth() - column);
        long from = copy + row * padded.rowStride() + (long) column * Float.BYTES;
        tile.window(from, padded.rowStride(), padded.offsets(), weights, sums);
        long to = out + row * outStride + (long) column * Float.BYTES;
        result.of(sums, 0, rows);
        if (columns == TileShape.COLUMNS && !epilogue.needsDenseTile()) {
          TileWriter.writeWhole(epilogue, result, to, outStride);
        } else {
          TileWriter.writePart(epilogue, result.part(0, columns), to, outStride);
        }
      }
    }
  }

  /**
   * Computes a plane, or returns false if a quantizer met NaN or an infinity, which must be counted
   * in outputs only.
   */
  private boolean flatPlane(FlatPlane flat, int p, Scratch scratch) {
    int channel = p % geometry.outputChannels();
    long source = (long) (p / geometry.filters()) * geometry.plane() * Float.BYTES;
    long tileBytes = (long) GemmTile.WINDOW_ROWS * TileShape.ROW;
    long copy = scratch.panel(flat.bytes() + flat.tiles() * tileBytes);
    long results = copy + flat.bytes();
    flat.pack(x.data().address() + source, x.data().address() + x.data().byteSize(), copy);
    long weights = weight.data().address() + (long) channel * geometry.terms() * Float.BYTES;
    float[] sums = scratch.accumulators(GemmTile.WINDOW_ROWS * TileShape.COLUMNS);
    OutputTile result = scratch.output().of(sums, 0, GemmTile.WINDOW_ROWS).at(channel, 0);
    for (int i = 0; i < flat.tiles(); i++) {
      long shift = i * tileBytes;
      tile.window(copy + shift, TileShape.ROW, flat.offsets(), weights, sums);
      long to = results + shift;
      if (!epilogue.apply(result.whole(to, TileShape.ROW, 0, to).lanes(0, 0))) {
        return false;
      }
    }
    flat.unpack(results, y.data().address() + (long) p * geometry.outPlane() * Float.BYTES);
    return true;
  }
}
