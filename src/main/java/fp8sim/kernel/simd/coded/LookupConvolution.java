package fp8sim.kernel.simd.coded;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Conv of codes. The input is encoded into planes of four channels with a border of padding
 * entries, so that every output position reads its terms at the same offsets. Terms are in the
 * order of four channels, kernel row, kernel column, channel: sums are exact.
 */
@InPhase(Phase.PRODUCTS)
final class LookupConvolution extends LookupKernel {
  /** Codes of weights with a block of channels more still fit an int. */
  private static final long MOST_CODES = 1 << 29;

  /** Identifies prepared codes. */
  private record Form(ProductArithmetic arithmetic, boolean selecting) {}

  private final ConvGeometry geometry;
  private final Tensor x;
  private final Tensor y;
  private final CodeEncoder encoder;

  /** Weights in lanes; null if their codes select. */
  private final @Nullable WeightCodes weights;

  /** Weights where their codes select, else null. */
  private final @Nullable SelectingWeights selecting;

  private final int paddedWidth;
  private final int plane;
  private final int quadPlanes;
  private final ActivationCodes codes;
  private final LookupBlocks blocks;
  private final TileWriter writer;

  LookupConvolution(ProductTask task, ProductMethod method, ProductRows lookup, Binding binding) {
    super(task, method, lookup, binding);
    Step step = task.step();
    Tensor weight = ((Operand.Constant) step.input(1)).tensor();
    x = StepOperands.tensor(step.input(0), binding);
    y = binding.tensor(step.output());
    geometry =
        ConvGeometry.of((Op.Conv) step.op(), x.shape(), weight.shape(), y.shape()).simplified();
    ConvGeometry g = geometry;
    encoder = new CodeEncoder(arithmetic.a(), swapped ? 1 : LookupVectors.BYTES);
    quadPlanes = Math.ceilDiv(g.channels(), ActivationCodes.TERMS);
    PreparedConstants prepared = binding.prepared();
    weights = swapped ? null : prepared.get(weight, new Form(arithmetic, false), this::encodeLanes);
    selecting =
        swapped ? prepared.get(weight, new Form(arithmetic, true), this::encodeSelecting) : null;
    paddedWidth = g.paddedWidth();
    plane = g.paddedHeight() * paddedWidth;
    int planes = g.groups() * quadPlanes;
    MemorySegment memory =
        binding.allocate((long) g.batch() * planes * plane * ActivationCodes.BYTES);
    codes = new ActivationCodes(memory, g.batch(), planes, plane, quads(), positions());
    int outputs = g.batch() * g.outPlane();
    blocks =
        swapped
            ? LookupBlocks.of(lookup, g.filters(), outputs, g.groups(), binding.workers())
            : LookupBlocks.of(lookup, outputs, g.filters(), g.groups(), binding.workers());
    writer = geometry.writer(step, binding);
  }

  /** Whether positions in quads, and codes of weights in whole quads, fit an int. */
  static boolean fits(ConvGeometry g) {
    long quadPlanes = Math.ceilDiv(g.channels(), ActivationCodes.TERMS);
    long weights = g.filters() * quadPlanes * g.kernelHeight() * g.kernelWidth();
    return g.batch() * ((long) g.groups()) * quadPlanes * g.paddedPlane() <= Integer.MAX_VALUE
        && g.groups() * weights * ActivationCodes.TERMS <= MOST_CODES;
  }

  private int area() {
    return geometry.kernelHeight() * geometry.kernelWidth();
  }

  private WeightCodes encodeLanes(Tensor weight) {
    int terms = quadPlanes * area() * ActivationCodes.TERMS;
    WeightCodes result = WeightCodes.allocate(lookup, geometry.groups(), geometry.filters(), terms);
    encodeWeights(weight, result::set);
    return result;
  }

  private SelectingWeights encodeSelecting(Tensor weight) {
    SelectingWeights result =
        new SelectingWeights(
            Arena.ofAuto(), geometry.groups(), geometry.filters(), quadPlanes * area());
    encodeWeights(weight, result::set);
    return result.complete(lookup, Parallel.SEQUENTIAL);
  }

  /** Takes the code of a term of a filter of a group. */
  @FunctionalInterface
  private interface FilterCodes {
    void set(int group, int filter, int term, int code);
  }

  private void encodeWeights(Tensor weight, FilterCodes to) {
    float[] values = weight.toFloats();
    int area = area();
    for (int filter = 0; filter < geometry.outputChannels(); filter++) {
      CodeEncoder second = secondEncoder(filter, 1);
      for (int k = 0; k < geometry.terms(); k++) {
        int channel = k / area;
        int quad = channel / ActivationCodes.TERMS * area + k % area;
        int term = quad * ActivationCodes.TERMS + channel % ActivationCodes.TERMS;
        int code = second.code(values[filter * geometry.terms() + k]);
        to.set(filter / geometry.filters(), filter % geometry.filters(), term, code);
      }
    }
  }

  private int[] quads() {
    int area = area();
    int[] result = new int[quadPlanes * area];
    for (int q = 0; q < result.length; q++) {
      int row = q % area / geometry.kernelWidth() * geometry.dilationY();
      int column = q % geometry.kernelWidth() * geometry.dilationX();
      result[q] = q / area * plane + row * paddedWidth + column;
    }
    return result;
  }

  private int[] positions() {
    int[] result = new int[geometry.batch() * geometry.outPlane()];
    for (int i = 0; i < result.length; i++) {
      int image = i / geometry.outPlane();
      int row = i % geometry.outPlane() / geometry.outWidth() * geometry.strideY();
      int column = i % geometry.outWidth() * geometry.strideX();
      result[i] = image * geometry.groups() * quadPlanes * plane + row * paddedWidth + column;
    }
    return result;
  }

  @Override
  protected void encode(Parallel parallel) {
    parallel.run(geometry.batch() * geometry.groups() * quadPlanes, this::encodePlanes);
    if (!swapped) {
      codes.findUsed(lookup, parallel);
    }
  }

  private void encodePlanes(int index, int worker) {
    int group = index / quadPlanes;
    int channel = index % quadPlanes * ActivationCodes.TERMS;
    int channels = Math.min(ActivationCodes.TERMS, geometry.channels() - channel);
    long planeBytes = (long) geometry.plane() * Float.BYTES;
    long from = x.data().address() + ((long) group * geometry.channels() + channel) * planeBytes;
    long workBytes = (long) geometry.plane() * Short.BYTES;
    long work = Scratch.current().panel(ActivationCodes.TERMS * workBytes);
    LookupVectors.clear(
        work + channels * workBytes, (ActivationCodes.TERMS - channels) * workBytes);
    for (int c = 0; c < channels; c++) {
      noteFinite(encoder.encode(from + c * planeBytes, geometry.plane(), work + c * workBytes));
    }
    int width = geometry.width();
    for (int row = 0; row < geometry.height(); row++) {
      long line = (long) index * plane + (long) (geometry.padTop() + row) * paddedWidth;
      long to = codes.address(line + geometry.padLeft());
      ActivationCodes.interleave(work + (long) row * width * Short.BYTES, workBytes, width, to);
    }
  }

  @Override
  protected void multiply(Parallel parallel) {
    parallel.run(geometry.groups() * blocks.parts(), this::part);
  }

  private void part(int index, int worker) {
    int group = index / blocks.parts();
    int part = index % blocks.parts();
    if (weights != null) {
      filtersInLanes(group, part, weights);
    } else if (selecting != null) {
      positionsInLanes(group, part, selecting);
    }
  }

  /** Where the codes of a group start, in quads. */
  private long firstQuad(int group) {
    return (long) group * quadPlanes * plane;
  }

  private void filtersInLanes(int group, int part, WeightCodes filters) {
    int first = blocks.first(part);
    int end = blocks.end(part);
    int count = blocks.count(part);
    int block = group * filters.blocks() + blocks.block(part);
    int filter = group * geometry.filters() + blocks.firstOutput(part);
    Scratch scratch = Scratch.current();
    long memory = scratch.panel(LookupAccumulator.bytes(end - first));
    LookupAccumulator product =
        new LookupAccumulator(
            lookup,
            arithmetic,
            new LookupChannels(lookup, filters, block, filter, count),
            new LookupAccumulator.Channels(filter, count, false),
            end - first,
            memory);
    product.run(singly, codes, firstQuad(group), first, end);
    float[] tile = scratch.accumulators(LookupAccumulator.SIDE * TileShape.COLUMNS);
    for (int offset = 0; offset < count; offset += LookupAccumulator.SIDE) {
      int rows = Math.min(LookupAccumulator.SIDE, count - offset);
      for (int column = first; column < end; column += LookupAccumulator.SIDE) {
        int columns = Math.min(LookupAccumulator.SIDE, end - column);
        product.columns(column - first, columns, offset, tile);
        write(tile, filter + offset, rows, column, columns, scratch);
      }
    }
  }

  private void positionsInLanes(int group, int part, SelectingWeights filters) {
    int first = blocks.first(part);
    int end = blocks.end(part);
    int column = blocks.firstOutput(part);
    int count = blocks.count(part);
    int filter = group * geometry.filters() + first;
    Scratch scratch = Scratch.current();
    long memory = scratch.panel(LookupAccumulator.bytes(end - first));
    LookupAccumulator product =
        new LookupAccumulator(
            lookup,
            arithmetic,
            new LookupPositions(lookup.kind(), codes, firstQuad(group), column, count),
            new LookupAccumulator.Channels(filter, end - first, true),
            end - first,
            memory);
    product.run(singly, filters.codes(), filters.group(group), first, end);
    float[] tile = scratch.accumulators(TileShape.ROWS * TileShape.COLUMNS);
    for (int row = 0; row < end - first; row += TileShape.ROWS) {
      int rows = Math.min(TileShape.ROWS, end - first - row);
      for (int offset = 0; offset < count; offset += TileShape.COLUMNS) {
        int columns = Math.min(TileShape.COLUMNS, count - offset);
        product.rows(row, rows, offset, tile);
        write(tile, filter + row, rows, column + offset, columns, scratch);
      }
    }
  }

  private void write(
      float[] tile, int filter, int filters, int column, int columns, Scratch scratch) {
    for (int row = 0; row < filters; row += TileShape.ROWS) {
      int rows = Math.min(TileShape.ROWS, filters - row);
      long to = y.data().address();
      OutputTile result = scratch.output().of(tile, row * TileShape.COLUMNS, rows);
      writer.write(result.at(filter + row, column), columns, to);
    }
  }
}
