package fp8sim.kernel.simd.depthwise;

import static fp8sim.kernel.simd.vector.Memory.LANES;

import fp8sim.format.FloatQuantizer;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/**
 * Conv of codes with one input channel per group. A plane is encoded, copied flat, summed and
 * finished by one worker, so that nothing but input and output leaves its caches. An output channel
 * takes all images of a batch one behind the other, with the same tables.
 */
@InPhase(Phase.PRODUCTS)
final class DepthwiseProducts implements Executable {
  /** Sums are computed in blocks of so many. */
  static final int MORE = 64;

  /** What an output costs, in outputs of float32. */
  private static final long COST = 2;

  private static final int LINE = 64;

  private final ConvGeometry geometry;
  private final ProductArithmetic arithmetic;
  private final Tensor x;
  private final Tensor y;
  private final CodeEncoder encoder;
  private final PlaneLayout layout;
  private final PlaneSums sums;
  private final TileEpilogue epilogue;

  // Where parts of a worker's memory lie from its start.
  private final long copyAt;
  private final long sumsAt;
  private final long workAt;
  private final long bytes;

  /**
   * A step.
   *
   * @param sums of the layout's positions
   */
  DepthwiseProducts(ProductTask task, Binding binding, PlaneLayout layout, PlaneSums sums) {
    Step step = task.step();
    this.layout = layout;
    this.sums = sums;
    arithmetic = task.arithmetic();
    x = StepOperands.tensor(step.input(0), binding);
    y = binding.tensor(step.output());
    geometry = geometry(step);
    encoder = new CodeEncoder(arithmetic.a(), sums.factor());
    int channels = geometry.outputChannels();
    epilogue = TileEpilogue.ofConv(step, binding, TileStage.Channels.TILES, channels);
    long entries = geometry.plane() + (long) RowCopy.SLACK * geometry.strideX();
    copyAt = lines(entries * Short.BYTES);
    long copied = (layout.elements() + (long) MORE) * sums.copy().bytes() + RowCopy.SLACK;
    sumsAt = copyAt + lines(copied);
    workAt = sumsAt + lines((layout.positions() + 2L * MORE) * Float.BYTES);
    bytes = workAt + sums.workBytes();
  }

  static ConvGeometry geometry(Step step) {
    return ConvGeometry.of(
        (Op.Conv) step.op(), step.input(0).shape(), step.input(1).shape(), step.output().shape());
  }

  private static long lines(long size) {
    return Math.ceilDiv(size, LINE) * LINE;
  }

  @Override
  public void run(Parallel parallel) {
    long outputs = COST * geometry.batch() * geometry.outPlane();
    Chunks.runPlanes(parallel, geometry.outputChannels(), outputs, this::part);
  }

  private void part(int from, int end) {
    Scratch scratch = Scratch.current();
    long memory = scratch.panel(bytes);
    for (int channel = from; channel < end; channel++) {
      sums.prepare(channel, memory + workAt);
      for (int image = 0; image < geometry.batch(); image++) {
        runPlane(image, channel, memory, scratch);
      }
    }
  }

  private void runPlane(int image, int channel, long memory, Scratch scratch) {
    int plane = image * geometry.inputChannels() + channel / geometry.filters();
    long from = x.data().address() + (long) plane * geometry.plane() * Float.BYTES;
    boolean finite = encoder.encode(from, geometry.plane(), memory);
    if (!finite) {
      encodeFinite(from, memory);
    }
    layout.pack(memory, sums.copy(), memory + copyAt);
    sums.run(memory + copyAt, channel, memory + workAt, memory + sumsAt);
    float[] line =
        scratch.accumulators(
            geometry.outPlane() + Math.max(LANES, TileShape.ROWS * TileShape.COLUMNS));
    finish(memory + sumsAt, arithmetic.scale(channel), line);
    if (!finite) {
      spoil(from, line);
    }
    long output = (long) (image * geometry.outputChannels() + channel) * geometry.outPlane();
    long to = y.data().address() + output * Float.BYTES;
    TileWriter.writeLine(epilogue, line, geometry.outPlane(), channel, to, scratch);
  }

  /** Encodes a plane of which not all values are finite: those become padding. */
  private void encodeFinite(long from, long to) {
    for (int i = 0; i < geometry.plane(); i++) {
      int code = encoder.code(Memory.get(from + (long) i * Float.BYTES));
      int entry = code == ProductOperand.NOT_FINITE ? 0 : (code + 1) * sums.factor();
      LookupVectors.setShort(to + (long) i * Short.BYTES, entry);
    }
  }

  /** Makes outputs NaN whose windows hold a value that is not finite. */
  private void spoil(long from, float[] line) {
    for (int i = 0; i < geometry.plane(); i++) {
      if (!Float.isFinite(Memory.get(from + (long) i * Float.BYTES))) {
        layout.forOutputsOf(
            i / geometry.width(), i % geometry.width(), output -> line[output] = Float.NaN);
      }
    }
  }

  /** Scales sums and drops those between rows. */
  private void finish(long from, float scale, float[] line) {
    int width = geometry.outWidth();
    for (int row = 0; row < geometry.outHeight(); row++) {
      long at = from + (long) row * layout.pitch() * Float.BYTES;
      int to = row * width;
      for (int i = 0; i < width; i += LANES) {
        Memory.load(at + (long) i * Float.BYTES).mul(scale).intoArray(line, to + i);
      }
    }
    FloatQuantizer quantizer = arithmetic.sumQuantizer();
    for (int i = 0; quantizer != null && i < geometry.outPlane(); i++) {
      line[i] = quantizer.apply(line[i]);
    }
  }
}
