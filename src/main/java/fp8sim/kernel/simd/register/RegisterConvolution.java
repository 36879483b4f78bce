package fp8sim.kernel.simd.register;

import static fp8sim.kernel.simd.register.ByteLookups.BYTES;
import static fp8sim.kernel.simd.register.ByteLookups.LANES;
import static fp8sim.kernel.simd.register.ByteLookups.ROWS;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.tensor.NativeMemory;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;

/**
 * Conv of codes with tables in registers: lanes are output positions of all images, tables are
 * selected by weights. The input is encoded once, a byte an element, into planes with a border of
 * padding; columns that a stride keeps apart lie together, so that the lanes of a term are copied
 * in runs.
 */
@InPhase(Phase.PACKING)
final class RegisterConvolution extends RegisterKernel {
  /** Parts for each worker, where there are so few positions that filters are divided too. */
  private static final int PARTS = 4;

  /** Identifies prepared weights. */
  private record Form(ProductArithmetic arithmetic, boolean padding) {}

  /** Tables, where the registers of each filter's weights lie, and whether all are finite. */
  private record Weights(DigitTables tables, MemorySegment offsets, boolean finite) {}

  /** What of the input a vector of lanes sees: where its runs start, and how they lie in lanes. */
  private record Runs(long[] from, int[] lane, int count) {}

  private final ConvGeometry geometry;
  private final Tensor x;
  private final Tensor y;
  private final CodeEncoder encoder;
  private final Weights weights;
  private final LaneCodes codes;
  private final RegisterSums sums;
  private final LaneResults results;
  private final TileWriter writer;

  /** Terms with those that fill the last four. */
  private final int terms;

  /** Filters of a group, with those that fill the last rows. */
  private final int groupRows;

  private final int phaseWidth;
  private final int rowBytes;
  private final long planeBytes;
  private final MemorySegment planes;
  private final long[] termOffsets;
  private final int vectors;
  private final int chunk;

  RegisterConvolution(ProductTask task, Binding binding) {
    super(task, binding);
    Tensor weight = ((Operand.Constant) task.step().input(1)).tensor();
    ProductArithmetic arithmetic = task.arithmetic();
    x = StepOperands.tensor(task.step().input(0), binding);
    y = binding.tensor(task.step().output());
    ConvGeometry g =
        ConvGeometry.of((Op.Conv) task.step().op(), x.shape(), weight.shape(), y.shape())
            .simplified();
    geometry = g;
    encoder = new CodeEncoder(arithmetic.a(), 1);
    terms = padded(g.terms(), TERMS);
    groupRows = padded(g.filters(), ROWS);
    int height = g.paddedHeight();
    int width = g.paddedWidth();
    boolean padding = g.hasPadding();
    weights = binding.prepared().get(weight, new Form(arithmetic, padding), w -> prepare(w, task));
    DigitTables tables = weights.tables;
    codes = new LaneCodes(tables);
    sums = new RegisterSums(tables, codes, terms);
    results = new LaneResults(sums, tables.products(), arithmetic, g.outputChannels());
    writer = g.writer(task.step(), binding);
    phaseWidth = Math.ceilDiv(width, g.strideX());
    rowBytes = phaseWidth * g.strideX();
    planeBytes = (long) height * rowBytes;
    planes = binding.allocate((long) g.batch() * g.inputChannels() * planeBytes + LANES);
    if (padding) {
      planes.fill(codes.nothing());
    }
    termOffsets = termOffsets();
    vectors = Math.ceilDiv(g.batch() * g.outPlane(), LANES);
    chunk = chunk(binding.workers());
  }

  /** Rows of a part: all filters of a group, or fewer to keep all workers busy. */
  private int chunk(int workers) {
    int parts = geometry.groups() * vectors;
    int wanted = workers == 1 ? 1 : Math.ceilDiv(PARTS * workers, parts);
    return padded(Math.ceilDiv(groupRows, wanted), ROWS);
  }

  private long[] termOffsets() {
    ConvGeometry g = geometry;
    long[] offsets = new long[g.terms()];
    int area = g.kernelHeight() * g.kernelWidth();
    for (int k = 0; k < offsets.length; k++) {
      int row = k % area / g.kernelWidth() * g.dilationY();
      int column = k % g.kernelWidth() * g.dilationX();
      int phase = column % g.strideX() * phaseWidth + column / g.strideX();
      offsets[k] = k / area * planeBytes + (long) row * rowBytes + phase;
    }
    return offsets;
  }

  private Weights prepare(Tensor weight, ProductTask task) {
    ProductArithmetic arithmetic = task.arithmetic();
    DigitTables tables = RegisterPlan.of(task).tables();
    float[] values = weight.toFloats();
    int rows = geometry.groups() * groupRows;
    MemorySegment offsets =
        NativeMemory.allocate(Arena.ofAuto(), (long) rows * terms * Integer.BYTES);
    offsets.fill((byte) 0);
    boolean finite = true;
    for (int filter = 0; filter < geometry.outputChannels(); filter++) {
      CodeEncoder second = new CodeEncoder(arithmetic.channel(filter).w(), 1);
      int row = filter / geometry.filters() * groupRows + filter % geometry.filters();
      int table = tables.products().table(filter);
      for (int k = 0; k < geometry.terms(); k++) {
        int code = second.code(values[filter * geometry.terms() + k]);
        finite &= code != ProductOperand.NOT_FINITE;
        long at = ((long) row * terms + k) * Integer.BYTES;
        offsets.set(Memory.INT, at, tables.offset(table, code + 1));
      }
    }
    return new Weights(tables, offsets, finite);
  }

  @Override
  protected void encode(Parallel parallel) {
    noteFinite(weights.finite);
    parallel.run(geometry.batch() * geometry.inputChannels(), this::encodePlane);
  }

  private void encodePlane(int index, int worker) {
    int plane = geometry.plane();
    int wholes = Math.ceilDiv(plane, LANES);
    long entries = Scratch.current().panel(3L * wholes * LANES);
    long bytes = entries + 2L * wholes * LANES;
    long from = x.data().address() + (long) index * plane * Float.BYTES;
    noteFinite(encoder.encode(from, plane, entries));
    codes.map(entries, wholes, bytes, LANES);
    ConvGeometry g = geometry;
    for (int row = 0; row < g.height(); row++) {
      long line = bytes + (long) row * g.width();
      long to = planes.address() + index * planeBytes + (long) (row + g.padTop()) * rowBytes;
      if (g.strideX() == 1) {
        Memory.copy(line, to + g.padLeft(), g.width());
      } else {
        spread(line, to);
      }
    }
  }

  /** Columns that a stride keeps apart come to lie together. */
  private void spread(long line, long to) {
    int stride = geometry.strideX();
    for (int column = 0; column < geometry.width(); column++) {
      int at = column + geometry.padLeft();
      long target = to + (long) (at % stride) * phaseWidth + at / stride;
      ALL.set(ValueLayout.JAVA_BYTE, target, ALL.get(ValueLayout.JAVA_BYTE, line + column));
    }
  }

  @Override
  protected void multiply(Parallel parallel) {
    int chunks = Math.ceilDiv(groupRows, chunk);
    parallel.run(geometry.groups() * vectors * chunks, (index, worker) -> part(index, chunks));
  }

  private void part(int index, int chunks) {
    int firstRow = index % chunks * chunk;
    int vector = index / chunks % vectors;
    int group = index / chunks / vectors;
    long laneBytes = padded((int) codes.bytes(terms), LANES);
    long lanes = Scratch.current().panel(laneBytes + sums.bytes());
    pack(runs(group, vector * LANES), lanes);
    boolean signed = codes.sign(lanes, terms);
    int rows = Math.min(chunk, groupRows - firstRow);
    for (int row = 0; row < rows; row += RegisterSums.BLOCK) {
      int count = Math.min(RegisterSums.BLOCK, rows - row);
      long offsets = weights.offsets.address();
      offsets += ((long) group * groupRows + firstRow + row) * terms * Integer.BYTES;
      sums.run(lanes, signed, offsets, count, lanes + laneBytes);
      store(group, firstRow + row, count, vector, lanes);
    }
  }

  private Runs runs(int group, int first) {
    ConvGeometry g = geometry;
    int end = Math.min(g.batch() * g.outPlane(), first + LANES);
    long[] from = new long[LANES];
    int[] lane = new int[LANES];
    int count = 0;
    for (int position = first; position < end; ) {
      int image = position / g.outPlane();
      int row = position % g.outPlane() / g.outWidth();
      int column = position % g.outPlane() % g.outWidth();
      long plane = ((long) image * g.groups() + group) * g.channels() * planeBytes;
      from[count] = planes.address() + plane + (long) row * g.strideY() * rowBytes + column;
      lane[count] = position - first;
      count++;
      position += g.outWidth() - column;
    }
    return new Runs(from, lane, count);
  }

  /** Copies of runs are too long; the next one corrects that, and so does the next term. */
  private void pack(Runs runs, long lanes) {
    int step = codes.step();
    long[] from = runs.from;
    int[] lane = runs.lane;
    for (int k = 0; k < termOffsets.length; k++) {
      long to = lanes + (long) k * step;
      for (int run = 0; run < runs.count; run++) {
        long source = from[run] + termOffsets[k] & ADDRESS;
        long target = to + lane[run] & ADDRESS;
        ByteVector.fromMemorySegment(BYTES, ALL, source, ORDER)
            .intoMemorySegment(ALL, target, ORDER);
      }
    }
    for (int k = termOffsets.length; k < terms; k++) {
      LookupVectors.clear(lanes + (long) k * step, LANES);
    }
  }

  private void store(int group, int row, int count, int vector, long lanes) {
    long negatives = lanes + (long) terms * codes.step();
    long work = lanes + padded((int) codes.bytes(terms), LANES);
    int end = Math.min(row + count, geometry.filters());
    int column = vector * LANES;
    int columns = Math.min(LANES, geometry.batch() * geometry.outPlane() - column);
    float[] outputs = outputs();
    for (int r = row; r < end; r += TileShape.ROWS) {
      int rows = Math.min(TileShape.ROWS, end - r);
      int channel = group * geometry.filters() + r;
      for (int i = 0; i < rows; i++) {
        long ints = sums.ints(work, r - row + i);
        results.write(ints, negatives, channel + i, false, outputs, i * LANES);
      }
      write(writer, channel, rows, column, columns, y.data().address());
    }
  }
}
