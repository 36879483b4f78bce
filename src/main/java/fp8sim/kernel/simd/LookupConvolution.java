package fp8sim.kernel.simd;

import fp8sim.graph.Conv;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.Parallel;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Conv of codes. The input is encoded into planes with a border of padding entries, so that every
 * output position reads its terms at the same offsets.
 */
final class LookupConvolution implements Executable {
  /** Identifies prepared rows. */
  private record Rows(ProductArithmetic arithmetic) {}

  private final Step step;
  private final Binding binding;
  private final Kernel reference;
  private final ConvGeometry geometry;
  private final Tensor x;
  private final Tensor y;
  private final CodeEncoder encoder;
  private final int[] rows;
  private final short[] codes;
  private final int paddedHeight;
  private final int paddedWidth;
  private final int[] offsets;
  private final int[] positions;
  private final LookupBlocks blocks;
  private final LookupProduct[] products;
  private final TileWriter writer;
  private final AtomicInteger largestEntry = new AtomicInteger();
  private final AtomicInteger notFinite = new AtomicInteger();
  private @Nullable Executable slow;

  private LookupConvolution(
      Step step,
      ProductArithmetic arithmetic,
      ProductLookup lookup,
      Binding binding,
      Kernel reference) {
    this.step = step;
    this.binding = binding;
    this.reference = reference;
    Tensor weight = ((Operand.Constant) step.input(1)).tensor();
    x = Operands.tensor(step.input(0), binding);
    y = binding.tensor(step.output());
    geometry = ConvGeometry.of((Conv) step.op(), x.shape(), weight.shape(), y.shape());
    ConvGeometry g = geometry;
    encoder = new CodeEncoder(arithmetic.a());
    rows =
        binding
            .prepared()
            .get(weight, new Rows(arithmetic), w -> rows(w, arithmetic, lookup, g.terms()));
    int lowest = (g.outHeight() - 1) * g.strideY() + (g.kernelHeight() - 1) * g.dilationY();
    int rightmost = (g.outWidth() - 1) * g.strideX() + (g.kernelWidth() - 1) * g.dilationX();
    paddedHeight = Math.max(g.padTop() + g.height(), lowest + 1);
    paddedWidth = Math.max(g.padLeft() + g.width(), rightmost + 1);
    int plane = Math.multiplyExact(paddedHeight, paddedWidth);
    codes = new short[Math.multiplyExact(g.batch() * g.inputChannels(), plane)];
    offsets = offsets(plane);
    positions = positions(plane);
    blocks = LookupBlocks.of(positions.length, g.filters(), g.groups(), binding.workers());
    products = LookupBlocks.products(lookup, arithmetic, binding.workers());
    int channels = g.outputChannels();
    TileEpilogue epilogue =
        TileEpilogue.of(
            step,
            binding,
            TileStage.Channels.ROWS,
            channels,
            Operands.constant(step.optionalInput(2)),
            1f);
    long bytes = (long) g.outPlane() * Float.BYTES;
    writer = new TileWriter(epilogue, g.outPlane(), channels * bytes, bytes);
  }

  /** The kernel of a step that the float32 kernel would serve, or the reference's. */
  static Executable bind(
      Step step, ProductArithmetic arithmetic, Binding binding, Kernel reference) {
    boolean constant = step.input(1) instanceof Operand.Constant;
    int terms = step.input(1).shape().elements() / Math.max(1, step.input(1).shape().dim(0));
    ProductLookup lookup = constant ? ProductLookup.of(arithmetic, terms) : null;
    return lookup == null
        ? reference.bind(step, binding)
        : new LookupConvolution(step, arithmetic, lookup, binding, reference);
  }

  private static int[] rows(
      Tensor weight, ProductArithmetic arithmetic, ProductLookup lookup, int terms) {
    float[] values = weight.toFloats();
    int[] rows = new int[values.length];
    for (int i = 0; i < rows.length; i++) {
      int channel = i / terms;
      rows[i] = lookup.row(channel, arithmetic.channel(channel).w().code(values[i]));
    }
    return rows;
  }

  private int[] offsets(int plane) {
    int area = geometry.kernelHeight() * geometry.kernelWidth();
    int[] result = new int[geometry.terms()];
    for (int k = 0; k < result.length; k++) {
      int ky = k % area / geometry.kernelWidth();
      int kx = k % geometry.kernelWidth();
      int row = ky * geometry.dilationY();
      result[k] = k / area * plane + row * paddedWidth + kx * geometry.dilationX();
    }
    return result;
  }

  private int[] positions(int plane) {
    int[] result = new int[geometry.batch() * geometry.outPlane()];
    for (int i = 0; i < result.length; i++) {
      int image = i / geometry.outPlane();
      int row = i % geometry.outPlane() / geometry.outWidth() * geometry.strideY();
      int column = i % geometry.outWidth() * geometry.strideX();
      result[i] = image * geometry.inputChannels() * plane + row * paddedWidth + column;
    }
    return result;
  }

  @Override
  public void run(Parallel parallel) {
    largestEntry.set(0);
    notFinite.set(0);
    parallel.run(geometry.batch() * geometry.inputChannels(), this::encode);
    if (notFinite.get() != 0) {
      runSlowly(parallel);
    } else {
      parallel.run(geometry.groups() * blocks.parts(), this::part);
    }
  }

  /** Outputs that depend on a number that is not finite become NaN, which the reference knows. */
  private void runSlowly(Parallel parallel) {
    Executable executable = slow;
    if (executable == null) {
      executable = reference.bind(step, binding);
      slow = executable;
    }
    executable.run(parallel);
  }

  private void encode(int plane, int worker) {
    int largest = 0;
    for (int row = 0; row < geometry.height(); row++) {
      long from =
          x.data().address() + ((long) plane * geometry.height() + row) * geometry.width() * 4L;
      int to = (plane * paddedHeight + geometry.padTop() + row) * paddedWidth + geometry.padLeft();
      int entry = encoder.encode(from, geometry.width(), codes, to);
      if (entry == ProductOperand.NOT_FINITE) {
        notFinite.set(1);
        return;
      }
      largest = Math.max(largest, entry);
    }
    largestEntry.accumulateAndGet(largest, Math::max);
  }

  private void part(int index, int worker) {
    int group = index / blocks.parts();
    int part = index % blocks.parts();
    int filter = group * geometry.filters() + blocks.firstChannel(part);
    int lanes = blocks.lanes(part);
    int first = blocks.first(part);
    int end = blocks.end(part);
    LookupProduct product = products[worker];
    product.run(
        codes,
        positions,
        first,
        end,
        offsets,
        group * geometry.channels() * paddedHeight * paddedWidth,
        rows,
        filter * geometry.terms(),
        filter,
        lanes,
        largestEntry.get() + 1);
    Scratch scratch = Scratch.current();
    float[] tile = scratch.accumulators(Tile.ROWS * Tile.COLUMNS);
    for (int column = first; column < end; column += Tile.COLUMNS) {
      int columns = Math.min(Tile.COLUMNS, end - column);
      for (int lane = 0; lane < lanes; lane += Tile.ROWS) {
        int tileRows = Math.min(Tile.ROWS, lanes - lane);
        for (int r = 0; r < tileRows; r++) {
          for (int j = 0; j < columns; j++) {
            tile[r * Tile.COLUMNS + j] = product.result(column - first + j, lane + r);
          }
        }
        long to = y.data().address();
        writer.write(tile, 0, tileRows, filter + lane, column, columns, to, scratch);
      }
    }
  }
}
