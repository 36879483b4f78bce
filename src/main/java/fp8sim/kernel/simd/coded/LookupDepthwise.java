package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.vector.LookupVectors.getInt;
import static fp8sim.kernel.simd.vector.LookupVectors.getShort;

import fp8sim.format.FloatQuantizer;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Conv of codes with one input channel per group: plane by plane. Each output adds, for each term,
 * the entry that its code selects in the row of the term's weight.
 */
@InPhase(Phase.PRODUCTS)
final class LookupDepthwise extends LookupKernel {
  /** What an output costs, in outputs of float32. */
  private static final long COST = 4;

  private final ConvGeometry geometry;
  private final @Nullable FloatQuantizer sumQuantizer;
  private final Tensor x;
  private final Tensor y;
  private final CodeEncoder encoder;

  /** Where entry 0, the zero before a row, lies for each output channel's terms. */
  private final long[] rows;

  private final int paddedWidth;
  private final int paddedHeight;
  private final TileEpilogue epilogue;
  private final boolean inTriples;
  private final MemorySegment codes;

  LookupDepthwise(ProductTask task, ProductMethod method, ProductRows lookup, Binding binding) {
    super(task, method, lookup, binding);
    Step step = task.step();
    sumQuantizer = arithmetic.sumQuantizer();
    Tensor weight = ((Operand.Constant) step.input(1)).tensor();
    x = StepOperands.tensor(step.input(0), binding);
    y = binding.tensor(step.output());
    geometry = ConvGeometry.of((Op.Conv) step.op(), x.shape(), weight.shape(), y.shape());
    ConvGeometry g = geometry;
    inTriples =
        LookupTriples.fit(lookup)
            && g.kernelHeight() == LookupTriples.SIZE
            && g.kernelWidth() == LookupTriples.SIZE;
    int entryBytes = inTriples ? LookupTriples.ENTRY : lookup.kind().bytes();
    encoder = new CodeEncoder(arithmetic.a(), entryBytes);
    rows = weightRows(weight);
    int lowest = (g.outHeight() - 1) * g.strideY() + (g.kernelHeight() - 1) * g.dilationY();
    int rightmost = (g.outWidth() - 1) * g.strideX() + (g.kernelWidth() - 1) * g.dilationX();
    paddedHeight = Math.max(g.padTop() + g.height(), lowest + 1);
    paddedWidth = Math.max(g.padLeft() + g.width(), rightmost + 1);
    long entries = Math.multiplyExact((long) g.batch() * g.inputChannels(), paddedPlane());
    codes = binding.allocate(entries * Short.BYTES);
    int channels = g.outputChannels();
    epilogue = TileEpilogue.ofConv(step, binding, TileStage.Channels.TILES, channels);
  }

  private long[] weightRows(Tensor weight) {
    float[] values = weight.toFloats();
    long[] result = new long[values.length];
    int terms = geometry.terms();
    for (int channel = 0; channel < geometry.outputChannels(); channel++) {
      CodeEncoder second = secondEncoder(channel, 1);
      for (int i = channel * terms; i < (channel + 1) * terms; i++) {
        long row = lookup.rows(channel) + second.code(values[i]) * lookup.rowBytes();
        result[i] = row - lookup.kind().bytes();
      }
    }
    return result;
  }

  private long paddedPlane() {
    return (long) paddedHeight * paddedWidth;
  }

  @Override
  void encode(Parallel parallel) {
    parallel.run(geometry.batch() * geometry.inputChannels(), this::encodePlane);
  }

  private void encodePlane(int index, int worker) {
    int width = geometry.width();
    long from = x.data().address() + (long) index * geometry.plane() * Float.BYTES;
    long work = Scratch.current().panel((long) geometry.plane() * Short.BYTES);
    noteFinite(encoder.encode(from, geometry.plane(), work));
    long to =
        plane(index) + ((long) geometry.padTop() * paddedWidth + geometry.padLeft()) * Short.BYTES;
    for (int row = 0; row < geometry.height(); row++) {
      long line = work + (long) row * width * Short.BYTES;
      Memory.copy(line, to + (long) row * paddedWidth * Short.BYTES, (long) width * Short.BYTES);
    }
  }

  /** Where the entries of an input plane start. */
  private long plane(int index) {
    return codes.address() + index * paddedPlane() * Short.BYTES;
  }

  @Override
  void multiply(Parallel parallel) {
    long outputs = COST * geometry.batch() * geometry.outPlane();
    Chunks.runPlanes(parallel, geometry.outputChannels(), outputs, this::part);
  }

  private void part(int from, int end) {
    Scratch scratch = Scratch.current();
    long memory = scratch.panel(LookupTriples.bytes(lookup.codes(), paddedWidth));
    LookupTriples triples = new LookupTriples(lookup.codes(), memory);
    double[] sums = new double[geometry.outWidth()];
    for (int channel = from; channel < end; channel++) {
      if (inTriples) {
        triples.build(rows, channel * geometry.terms());
      }
      for (int image = 0; image < geometry.batch(); image++) {
        runPlane(image, channel, triples, sums, scratch);
      }
    }
  }

  private void runPlane(
      int image, int channel, LookupTriples triples, double[] sums, Scratch scratch) {
    float[] floats = scratch.accumulators(geometry.outPlane() + TileShape.ROWS * TileShape.COLUMNS);
    long plane = plane(image * geometry.inputChannels() + channel / geometry.filters());
    long nextLine = (long) geometry.dilationY() * paddedWidth * Short.BYTES;
    for (int row = 0; row < geometry.outHeight(); row++) {
      long line = plane + (long) row * geometry.strideY() * paddedWidth * Short.BYTES;
      if (inTriples) {
        triples.run(line, nextLine, geometry.dilationX(), geometry.strideX(), sums);
      } else {
        sumRow(line, nextLine, channel, sums);
      }
      finish(sums, channel, floats, row * geometry.outWidth());
    }
    long output = (long) (image * geometry.outputChannels() + channel) * geometry.outPlane();
    long to = y.data().address() + output * Float.BYTES;
    TileWriter.writeLine(epilogue, floats, geometry.outPlane(), channel, to, scratch);
  }

  private void sumRow(long line, long nextLine, int channel, double[] sums) {
    int step = geometry.strideX() * Short.BYTES;
    int columns = geometry.kernelWidth();
    Arrays.fill(sums, 0);
    for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
      long codesAt = line + ky * nextLine;
      int term = channel * geometry.terms() + ky * columns;
      int kx = 0;
      for (; kx + 3 <= columns; kx += 3) {
        addThree(codesAt, kx, term, step, sums);
      }
      for (; kx < columns; kx++) {
        long at = codesAt + (long) kx * geometry.dilationX() * Short.BYTES;
        add(at, step, rows[term + kx], sums);
      }
    }
  }

  private void addThree(long codesAt, int kx, int term, int step, double[] sums) {
    long next = (long) geometry.dilationX() * Short.BYTES;
    long at = codesAt + kx * next;
    long a = rows[term + kx];
    long b = rows[term + kx + 1];
    long c = rows[term + kx + 2];
    switch (lookup.kind()) {
      case SHORT -> {
        for (int i = 0; i < sums.length; i++, at += step) {
          int sum = getShort(a + entry(at)) + getShort(b + entry(at + next));
          sums[i] += sum + getShort(c + entry(at + 2 * next));
        }
      }
      case INT -> {
        for (int i = 0; i < sums.length; i++, at += step) {
          long sum = (long) getInt(a + entry(at)) + getInt(b + entry(at + next));
          sums[i] += sum + getInt(c + entry(at + 2 * next));
        }
      }
      case WIDE -> {
        for (int i = 0; i < sums.length; i++, at += step) {
          double sum = (double) Memory.get(a + entry(at)) + Memory.get(b + entry(at + next));
          sums[i] += sum + Memory.get(c + entry(at + 2 * next));
        }
      }
    }
  }

  private void add(long codesAt, int step, long row, double[] sums) {
    long at = codesAt;
    switch (lookup.kind()) {
      case SHORT -> {
        for (int i = 0; i < sums.length; i++, at += step) {
          sums[i] += getShort(row + entry(at));
        }
      }
      case INT -> {
        for (int i = 0; i < sums.length; i++, at += step) {
          sums[i] += getInt(row + entry(at));
        }
      }
      case WIDE -> {
        for (int i = 0; i < sums.length; i++, at += step) {
          sums[i] += Memory.get(row + entry(at));
        }
      }
    }
  }

  private static long entry(long address) {
    return getShort(address) & 0xFFFF;
  }

  private void finish(double[] sums, int channel, float[] floats, int at) {
    double unit = lookup.unit();
    float scale = arithmetic.scale(channel);
    for (int i = 0; i < sums.length; i++) {
      floats[at + i] = (float) (sums[i] * unit) * scale;
    }
    for (int i = at; sumQuantizer != null && i < at + sums.length; i++) {
      floats[i] = sumQuantizer.apply(floats[i]);
    }
  }
}
