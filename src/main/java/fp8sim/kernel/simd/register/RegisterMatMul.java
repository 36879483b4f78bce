package fp8sim.kernel.simd.register;

import static fp8sim.kernel.simd.register.ByteLookups.LANES;
import static fp8sim.kernel.simd.register.ByteLookups.ROWS;
import static fp8sim.kernel.simd.vector.LookupVectors.HALF_SHORTS;
import static fp8sim.kernel.simd.vector.LookupVectors.INTS;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.gemm.MatrixProducts;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.ShortRows;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.tensor.NativeMemory;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Gemm and MatMul of codes with tables in registers: lanes are columns of the right operand, tables
 * are selected by the left one.
 */
@InPhase(Phase.PACKING)
final class RegisterMatMul extends RegisterKernel {
  /** Terms of the right operand that are encoded together. */
  private static final int CHUNK = 64;

  /** Identifies a prepared right operand. */
  private record Form(ProductArithmetic arithmetic, boolean transB) {}

  /**
   * Tables, and the right operand as lanes.
   *
   * @param finite whether a constant is
   */
  private record Right(DigitTables tables, MemorySegment lanes, boolean finite) {}

  private final ProductArithmetic arithmetic;
  private final Tensor a;
  private final Tensor b;
  private final Tensor y;
  private final boolean transB;
  private final boolean constant;
  private final int matrixRows;
  private final int columns;
  private final int realTerms;

  /** Terms with those that fill the last four. */
  private final int terms;

  private final int[] aMatrix;
  private final int[] bMatrix;
  private final int rightMatrices;
  private final int vectors;
  private final CodeEncoder encoder;
  private final CodeEncoder encoderB;
  private final Right right;
  private final LaneCodes codes;
  private final RegisterSums sums;
  private final LaneResults results;
  private final MemorySegment offsets;
  private final TileWriter writer;

  RegisterMatMul(ProductTask task, Binding binding) {
    super(task, binding);
    arithmetic = task.arithmetic();
    MatrixProducts matrices = MatrixProducts.of(task.step(), binding);
    a = matrices.a();
    b = matrices.b();
    y = matrices.y();
    constant = task.isConstant();
    transB = matrices.transB();
    realTerms = matrices.terms();
    terms = padded(realTerms, TERMS);
    columns = matrices.columns();
    matrixRows = matrices.rows();
    aMatrix = matrices.aMatrix();
    bMatrix = matrices.bMatrix();
    rightMatrices = matrices.rightMatrices();
    vectors = Math.ceilDiv(columns, LANES);
    encoder = new CodeEncoder(arithmetic.a(), 1);
    encoderB = new CodeEncoder(arithmetic.channel(0).w(), 1);
    right =
        constant
            ? binding.prepared().get(b, new Form(arithmetic, transB), w -> prepare(task))
            : prepare(task);
    codes = new LaneCodes(right.tables);
    sums = new RegisterSums(right.tables, codes, terms);
    results = new LaneResults(sums, right.tables.products(), arithmetic, columns);
    long rows = padded(a.shape().elements() / realTerms, ROWS) + (long) ROWS;
    offsets = binding.allocate(rows * terms * Integer.BYTES);
    writer = MatrixProducts.writer(task.step(), binding);
  }

  private Right prepare(ProductTask task) {
    DigitTables tables = RegisterPlan.of(task).tables();
    LaneCodes made = new LaneCodes(tables);
    long bytes = (long) rightMatrices * vectors * made.bytes(terms) + LANES;
    MemorySegment lanes = NativeMemory.allocate(Arena.ofAuto(), bytes);
    lanes.fill((byte) 0);
    boolean finite = true;
    for (int i = 0; constant && i < rightMatrices * vectors; i++) {
      finite &= encodeLanes(i, lanes.address() + i * made.bytes(terms), made);
    }
    return new Right(tables, lanes, finite);
  }

  private long lanes(int index) {
    return right.lanes.address() + index * codes.bytes(terms);
  }

  @Override
  protected void encode(Parallel parallel) {
    noteFinite(right.finite);
    parallel.run(a.shape().elements() / realTerms, this::encodeRow);
    if (!constant) {
      parallel.run(
          rightMatrices * vectors,
          (index, worker) -> noteFinite(encodeLanes(index, lanes(index), codes)));
    }
  }

  private void encodeRow(int row, int worker) {
    int wholes = padded(realTerms, INTS.length());
    long entries = Scratch.current().panel(2L * wholes);
    long from = a.data().address() + (long) row * realTerms * Float.BYTES;
    noteFinite(encoder.encode(from, realTerms, entries));
    long to = offsets.address() + (long) row * terms * Integer.BYTES;
    int shift = right.tables.shift();
    int whole = realTerms / INTS.length() * INTS.length();
    for (int k = 0; k < whole; k += INTS.length()) {
      long at = entries + 2L * k & ADDRESS;
      ShortVector entry = ShortVector.fromMemorySegment(HALF_SHORTS, ALL, at, ORDER);
      IntVector wide = (IntVector) entry.convertShape(S2I, INTS, 0);
      wide.lanewise(LSHL, shift).intoMemorySegment(ALL, to + 4L * k & ADDRESS, ORDER);
    }
    for (int k = whole; k < realTerms; k++) {
      LookupVectors.setInt(to + 4L * k, LookupVectors.getShort(entries + 2L * k) << shift);
    }
  }

  /** Encodes a vector of columns; whether all are finite. */
  private boolean encodeLanes(int index, long lanes, LaneCodes with) {
    int matrix = index / vectors;
    int column = index % vectors * LANES;
    int count = Math.min(LANES, columns - column);
    long values = Scratch.current().panel((long) CHUNK * LANES * (Float.BYTES + Short.BYTES));
    long entries = values + (long) CHUNK * LANES * Float.BYTES;
    boolean finite = true;
    for (int k = 0; k < realTerms; k += CHUNK) {
      int some = Math.min(CHUNK, realTerms - k);
      gather(matrix, k, some, column, count, values);
      finite &= encodeChunk(values, some, column, count, entries);
      with.map(entries, some, lanes + (long) k * with.step(), with.step());
    }
    with.sign(lanes, terms);
    return finite;
  }

  /** Some terms of some columns, a vector of lanes for each term; other lanes become zero. */
  private void gather(int matrix, int k, int some, int column, int count, long to) {
    long rowBytes = (long) LANES * Float.BYTES;
    long from = b.data().address() + (long) matrix * realTerms * columns * Float.BYTES;
    if (count < LANES) {
      LookupVectors.clear(to, some * rowBytes);
    }
    if (transB) {
      from += ((long) column * realTerms + k) * Float.BYTES;
      ShortRows.transpose(from, (long) realTerms * Float.BYTES, to, rowBytes, count, some);
      return;
    }
    for (int i = 0; i < some; i++) {
      long row = from + ((long) (k + i) * columns + column) * Float.BYTES;
      Memory.copy(row, to + i * rowBytes, (long) count * Float.BYTES);
    }
  }

  private boolean encodeChunk(long values, int some, int column, int count, long entries) {
    if (arithmetic.channels().size() == 1) {
      return encoderB.encode(values, some * LANES, entries);
    }
    LookupVectors.clear(entries, 2L * some * LANES);
    boolean finite = true;
    for (int lane = 0; lane < count; lane++) {
      CodeEncoder second = new CodeEncoder(arithmetic.channel(column + lane).w(), 1);
      for (int i = lane; i < some * LANES; i += LANES) {
        int code = second.code(Memory.get(values + (long) i * Float.BYTES));
        finite &= code != ProductOperand.NOT_FINITE;
        LookupVectors.setShort(entries + 2L * i, code + 1);
      }
    }
    return finite;
  }

  @Override
  protected void multiply(Parallel parallel) {
    int blocks = Math.ceilDiv(matrixRows, RegisterSums.BLOCK);
    parallel.run(aMatrix.length * blocks * vectors, (index, worker) -> part(index, blocks));
  }

  private void part(int index, int blocks) {
    int vector = index % vectors;
    int row = index / vectors % blocks * RegisterSums.BLOCK;
    int matrix = index / vectors / blocks;
    int count = Math.min(RegisterSums.BLOCK, matrixRows - row);
    long lanes = lanes(bMatrix[matrix] * vectors + vector);
    long work = Scratch.current().panel(sums.bytes());
    long firstRow = (long) aMatrix[matrix] * matrixRows + row;
    long from = offsets.address() + firstRow * terms * Integer.BYTES;
    sums.run(lanes, codes.signed(), from, padded(count, ROWS), work);
    long negatives = lanes + (long) terms * codes.step();
    int column = vector * LANES;
    int width = Math.min(LANES, columns - column);
    long to = y.data().address() + (long) matrix * matrixRows * columns * Float.BYTES;
    float[] outputs = outputs();
    for (int r = 0; r < count; r += TileShape.ROWS) {
      int rows = Math.min(TileShape.ROWS, count - r);
      for (int i = 0; i < rows; i++) {
        results.write(sums.ints(work, r + i), negatives, column, true, outputs, i * LANES);
      }
      write(writer, row + r, rows, column, width, to);
    }
  }
}
