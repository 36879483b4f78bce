package fp8sim.kernel.simd.conv;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.gemm.PackedMatrix;
import fp8sim.kernel.simd.gemm.SumFinish;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.SumTransposition;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Convolution that reads the input where it is: vectors of filters times one input value for each
 * position. No patches are packed; results are transposed at the end, which pays where an output
 * has many terms.
 */
@InPhase(Phase.PRODUCTS)
public final class DirectConvolution implements Executable {
  /** Fewer terms gain less than the transposition costs. */
  private static final int LEAST_TERMS = 128;

  private static final int LEAST_FILTERS = 48;

  /**
   * Windows of one element are packed fast: they pay if the last panel of positions would be so
   * empty.
   */
  private static final double LEAST_WASTE = 1.05;

  /**
   * Terms of which a panel and what a tile reads of the input fit the first-level cache: with
   * windows of one column each term is a cache line, else neighbours share them, and a panel may
   * have 20 KiB. With AVX-512, 160 terms are 5 to 15 % faster than 320.
   */
  private static final int COLUMN_TERMS = 192;

  private static final int WINDOW_TERMS = 20480 / TileShape.ROW;

  private static final float[] ZEROS = new float[2 * IndirectTile.POSITIONS * TileShape.COLUMNS];

  private final ConvGeometry geometry;
  private final Tensor x;
  private final Tensor y;
  private final PackedMatrix weights;
  private final IndirectTile tile;
  private final SumFinish finish;
  private final TileWriter writer;
  private final BandBlocking blocking;
  private final InputBand band;
  private final MemorySegment offsets;
  private final long[] positions;
  private final PositionTiles wholeBand;
  private final PositionTiles lastBand;
  private final int range;

  /**
   * What is multiplied, in the form that its tiles take.
   *
   * @param finish what sums pass before the epilogue
   */
  public record Operands(Tensor x, PackedMatrix weights, IndirectTile tile, SumFinish finish) {
    private static Operands of(Step step, Binding binding) {
      Tensor weight = ((Operand.Constant) step.input(1)).tensor();
      return new Operands(
          StepOperands.tensor(step.input(0), binding),
          PackedMatrix.ofFilters(weight, binding.prepared()),
          IndirectTile.of(binding.floatMath()),
          SumFinish.NONE);
    }
  }

  public DirectConvolution(Step step, Binding binding) {
    this(step, binding, Operands.of(step, binding));
  }

  /** A convolution of other operands than the step's own, which have the same shapes. */
  public DirectConvolution(Step step, Binding binding, Operands operands) {
    x = operands.x();
    weights = operands.weights();
    tile = operands.tile();
    finish = operands.finish();
    y = binding.tensor(step.output());
    geometry = ConvGeometry.of(step);
    writer = geometry.writer(step, binding);
    blocking = BandBlocking.of(geometry, binding.workers());
    band = new InputBand(geometry, blocking.rows());
    int[] distances = band.offsets();
    offsets = binding.allocate((long) distances.length * Integer.BYTES);
    MemorySegment.copy(distances, 0, offsets, Memory.INT, 0, distances.length);
    positions = band.positions(blocking.images(), blocking.rows());
    wholeBand = PositionTiles.of(positions.length);
    lastBand = PositionTiles.of(lastPositions());
    int fitting = geometry.kernelWidth() == 1 ? COLUMN_TERMS : WINDOW_TERMS;
    int most = Math.min(fitting, tile.mostTerms());
    range = Math.ceilDiv(geometry.terms(), Math.ceilDiv(geometry.terms(), most));
  }

  /** Whether this can compute a step whose second operand is a constant. */
  public static boolean isPossible(Step step) {
    if (!(step.input(1) instanceof Operand.Constant) || ((Op.Conv) step.op()).group() != 1) {
      return false;
    }
    ConvGeometry geometry = ConvGeometry.of(step);
    long inputBytes = (long) geometry.channels() * geometry.plane() * Float.BYTES;
    return geometry.batch() > 0
        && geometry.outWidth() >= PositionTiles.LEAST
        && 4 * inputBytes <= Integer.MAX_VALUE
        && geometry.channels() * geometry.paddedPlane() * Float.BYTES <= Integer.MAX_VALUE;
  }

  /** Whether this is possible and faster than {@link GemmConvolution}. */
  public static boolean suits(Step step) {
    if (!isPossible(step)) {
      return false;
    }
    ConvGeometry geometry = ConvGeometry.of(step);
    int lanes = Math.ceilDiv(geometry.filters(), TileShape.COLUMNS) * TileShape.COLUMNS;
    return geometry.terms() >= LEAST_TERMS
        && (geometry.terms() > geometry.channels() || wastesPanels(geometry))
        && 8 * geometry.filters() >= 7 * lanes;
  }

  private static boolean wastesPanels(ConvGeometry geometry) {
    int columns = geometry.batch() * geometry.outPlane();
    int lanes = Math.ceilDiv(columns, TileShape.COLUMNS) * TileShape.COLUMNS;
    return geometry.filters() >= LEAST_FILTERS && lanes >= LEAST_WASTE * columns;
  }

  /** Positions of the last band of an image, or of the last images. */
  private int lastPositions() {
    int lastRows = 1 + (geometry.outHeight() - 1) % blocking.rows();
    int lastImages = 1 + (geometry.batch() - 1) % blocking.images();
    return lastImages * lastRows * geometry.outWidth();
  }

  @Override
  public void run(Parallel parallel) {
    int shares = Math.ceilDiv(geometry.filters(), blocking.panels() * TileShape.COLUMNS);
    parallel.run(
        blocking.bands(geometry) * shares,
        (index, worker) -> part(index / shares, index % shares * blocking.panels()));
  }

  private void part(int number, int firstPanel) {
    int bands = Math.ceilDiv(geometry.outHeight(), blocking.rows());
    int image = number / bands * blocking.images();
    int images = Math.min(blocking.images(), geometry.batch() - image);
    int row = number % bands * blocking.rows();
    int rows = Math.min(blocking.rows(), geometry.outHeight() - row);
    int count = images * rows * geometry.outWidth();
    PositionTiles tiles = count == positions.length ? wholeBand : lastBand;
    Scratch scratch = Scratch.current();
    long copy = scratch.panel(band.bytes(blocking.images()));
    long limit = x.data().address() + x.data().byteSize();
    long input = band.prepare(x.data().address(), limit, image, images, row, rows, copy);
    int column = (image * geometry.outHeight() + row) * geometry.outWidth();
    int panels = Math.ceilDiv(geometry.filters(), TileShape.COLUMNS);
    for (int p = firstPanel; p < Math.min(firstPanel + blocking.panels(), panels); p++) {
      multiply(input, p, tiles, scratch);
      write(p, tiles, column, count, scratch);
    }
  }

  private void multiply(long input, int panel, PositionTiles tiles, Scratch scratch) {
    float[] sums = sums(tiles, scratch);
    for (int k0 = 0; k0 < geometry.terms(); k0 += range) {
      int count = Math.min(range, geometry.terms() - k0);
      long distances = offsets.address() + (long) k0 * Integer.BYTES;
      long right = weights.address(panel) + (long) k0 * TileShape.ROW;
      float[] from = k0 == 0 ? ZEROS : sums;
      for (int t = 0; t < tiles.count(); t++) {
        int first = tiles.starts()[t];
        int to = tiles.slots()[t] * TileShape.COLUMNS * tile.floatsOfSum();
        int at = k0 == 0 ? 0 : to;
        int size = tiles.sizes()[t];
        tile.multiply(size, input, positions, first, distances, right, count, from, at, sums, to);
      }
    }
  }

  /** The sums of all tiles and, behind them, room for a transposed square. */
  private float[] sums(PositionTiles tiles, Scratch scratch) {
    int slots = tile.floatsOfSum() * tiles.allSlots();
    return scratch.accumulators(slots * TileShape.COLUMNS + SumTransposition.floats());
  }

  private void write(int panel, PositionTiles tiles, int column, int count, Scratch scratch) {
    float[] sums = sums(tiles, scratch);
    OutputTile result = scratch.output();
    int square = tiles.allSlots() * TileShape.COLUMNS;
    finish.toFloats(sums, 0, square);
    int filter = panel * TileShape.COLUMNS;
    int filters = Math.min(TileShape.COLUMNS, geometry.filters() - filter);
    for (int p = 0; p < count; p += TileShape.COLUMNS) {
      int columns = Math.min(TileShape.COLUMNS, count - p);
      SumTransposition.transpose(sums, tiles.slotOf(), p, columns, square);
      for (int f = 0; f < filters; f += TileShape.ROWS) {
        int rows = Math.min(TileShape.ROWS, filters - f);
        int at = square + f * TileShape.COLUMNS;
        finish.apply(result.of(sums, at, rows).at(filter + f, column + p));
        writer.write(result, columns, y.data().address());
      }
    }
  }
}
