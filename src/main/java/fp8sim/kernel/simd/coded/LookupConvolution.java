package fp8sim.kernel.simd.coded;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Conv of codes. The input is encoded into planes of four channels with a border of padding
 * entries, so that every output position reads its terms at the same offsets. Terms are in the
 * order of four channels, kernel row, kernel column, channel: sums are exact.
 */
@InPhase(Phase.PRODUCTS)
public final class LookupConvolution extends LookupKernel {
  /** Codes of weights with a block of channels more still fit an int. */
  private static final long MOST_CODES = 1 << 29;

  /** Identifies prepared codes. */
  private record Form(ProductArithmetic arithmetic) {}

  private final ConvGeometry geometry;
  private final Tensor x;
  private final Tensor y;
  private final CodeEncoder encoder;
  private final WeightCodes weights;
  private final long[] rows;
  private final int paddedWidth;
  private final int plane;
  private final int quadPlanes;
  private final ActivationCodes codes;
  private final LookupBlocks blocks;
  private final TileWriter writer;

  private LookupConvolution(
      Step step,
      ProductArithmetic arithmetic,
      ProductRows lookup,
      Binding binding,
      Kernel reference) {
    super(step, arithmetic, lookup, binding, reference);
    Tensor weight = ((Operand.Constant) step.input(1)).tensor();
    x = StepOperands.tensor(step.input(0), binding);
    y = binding.tensor(step.output());
    geometry =
        ConvGeometry.of((Op.Conv) step.op(), x.shape(), weight.shape(), y.shape()).simplified();
    ConvGeometry g = geometry;
    encoder = new CodeEncoder(arithmetic.a(), LookupVectors.BYTES);
    quadPlanes = Math.ceilDiv(g.channels(), ActivationCodes.TERMS);
    weights = binding.prepared().get(weight, new Form(arithmetic), this::encodeWeights);
    rows = rows(g.outputChannels());
    int lowest = (g.outHeight() - 1) * g.strideY() + (g.kernelHeight() - 1) * g.dilationY();
    int rightmost = (g.outWidth() - 1) * g.strideX() + (g.kernelWidth() - 1) * g.dilationX();
    paddedWidth = Math.max(g.padLeft() + g.width(), rightmost + 1);
    plane = Math.max(g.padTop() + g.height(), lowest + 1) * paddedWidth;
    int planes = g.groups() * quadPlanes;
    MemorySegment memory =
        binding.allocate((long) g.batch() * planes * plane * ActivationCodes.BYTES);
    codes = new ActivationCodes(memory, g.batch(), planes, plane, quads(), positions());
    blocks =
        LookupBlocks.of(
            lookup, g.batch() * g.outPlane(), g.filters(), g.groups(), binding.workers());
    writer = geometry.writer(step, binding);
  }

  /** The kernel of a step that the float32 kernel would serve, or the reference's. */
  public static Executable bind(
      Step step, ProductArithmetic arithmetic, Binding binding, Kernel reference) {
    if (!(step.input(1) instanceof Operand.Constant weight)) {
      return reference.bind(step, binding);
    }
    int terms = weight.shape().elements() / weight.shape().dim(0);
    ProductRows lookup = lookup(weight, arithmetic, terms, binding);
    if (lookup == null) {
      return reference.bind(step, binding);
    }
    return fits(ConvGeometry.of(step))
        ? new LookupConvolution(step, arithmetic, lookup, binding, reference)
        : reference.bind(step, binding);
  }

  /** Whether positions in quads, and codes of weights in whole quads, fit an int. */
  static boolean fits(ConvGeometry g) {
    long quadPlanes = Math.ceilDiv(g.channels(), ActivationCodes.TERMS);
    long weights = g.filters() * quadPlanes * g.kernelHeight() * g.kernelWidth();
    return g.batch() * ((long) g.groups()) * quadPlanes * g.paddedPlane() <= Integer.MAX_VALUE
        && g.groups() * weights * ActivationCodes.TERMS <= MOST_CODES;
  }

  private WeightCodes encodeWeights(Tensor weight) {
    float[] values = weight.toFloats();
    int area = geometry.kernelHeight() * geometry.kernelWidth();
    WeightCodes result =
        WeightCodes.allocate(
            lookup,
            geometry.groups(),
            geometry.filters(),
            quadPlanes * area * ActivationCodes.TERMS);
    for (int filter = 0; filter < geometry.outputChannels(); filter++) {
      CodeEncoder second = secondEncoder(filter);
      for (int k = 0; k < geometry.terms(); k++) {
        int channel = k / area;
        int quad = channel / ActivationCodes.TERMS * area + k % area;
        int term = quad * ActivationCodes.TERMS + channel % ActivationCodes.TERMS;
        int code = second.code(values[filter * geometry.terms() + k]);
        result.set(filter / geometry.filters(), filter % geometry.filters(), term, code);
      }
    }
    return result;
  }

  private int[] quads() {
    int area = geometry.kernelHeight() * geometry.kernelWidth();
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
  void encode(Parallel parallel) {
    parallel.run(geometry.batch() * geometry.groups() * quadPlanes, this::encodePlanes);
    codes.findUsed(lookup, parallel);
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
  void multiply(Parallel parallel) {
    parallel.run(geometry.groups() * blocks.parts(), this::part);
  }

  private void part(int index, int worker) {
    int group = index / blocks.parts();
    int part = index % blocks.parts();
    int first = blocks.first(part);
    int end = blocks.end(part);
    int block = group * weights.blocks() + blocks.block(part);
    int filter = group * geometry.filters() + blocks.firstChannel(part);
    LookupChannels channels = new LookupChannels(weights, block, rows, filter, blocks.count(part));
    Scratch scratch = Scratch.current();
    long memory = scratch.panel(LookupAccumulator.bytes(end - first));
    LookupAccumulator product =
        new LookupAccumulator(lookup, arithmetic, channels, end - first, memory);
    product.run(codes, group * quadPlanes * plane, first, end);
    float[] tile = scratch.accumulators(LookupAccumulator.SIDE * TileShape.COLUMNS);
    for (int offset = 0; offset < channels.count(); offset += LookupAccumulator.SIDE) {
      int filters = Math.min(LookupAccumulator.SIDE, channels.count() - offset);
      for (int column = first; column < end; column += LookupAccumulator.SIDE) {
        int columns = Math.min(LookupAccumulator.SIDE, end - column);
        product.columns(column - first, columns, offset, tile);
        write(tile, filter + offset, filters, column, columns, scratch);
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
