package fp8sim.kernel.simd.coded;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import java.util.Arrays;

/** Gemm and MatMul of codes, batched; a constant right operand is encoded once. */
@InPhase(Phase.PRODUCTS)
public final class LookupMatMul extends LookupKernel {
  /** Identifies prepared codes. */
  private record Form(ProductArithmetic arithmetic) {}

  /** Rows that are encoded together: their quads fill a cache line. */
  private static final int ROWS = 64 / ActivationCodes.BYTES;

  /** Left operand: batch x rows x terms. */
  private final Tensor a;

  /** Right operand: batch x terms x columns, or batch x columns x terms if {@link #transB}. */
  private final Tensor b;

  /** Output: batch x rows x columns. */
  private final Tensor y;

  private final boolean transB;

  /** Whether the right operand is a constant, encoded once for all sessions. */
  private final boolean constant;

  /** Rows of one left matrix; of all of them if the right operand is a single matrix. */
  private final int matrixRows;

  /** Products in each output. */
  private final int terms;

  /** Columns of the output: its channels. */
  private final int columns;

  /** For each matrix of the output, the index of its left matrix. */
  private final int[] aMatrix;

  /** For each matrix of the output, the index of its right matrix. */
  private final int[] bMatrix;

  /** Quads of four terms in a row, the last one padded. */
  private final int quads;

  private final CodeEncoder encoder;
  private final CodeEncoder encoderB;
  private final WeightCodes weights;

  /** For each column, where the rows of its product table start. */
  private final long[] rows;

  /** The left operand as entries of 16 bits: quads x rows of all matrices x four terms. */
  private final ActivationCodes codes;

  private final LookupBlocks blocks;
  private final TileWriter writer;

  private LookupMatMul(
      Step step,
      ProductArithmetic arithmetic,
      ProductRows lookup,
      Binding binding,
      Kernel reference) {
    super(step, arithmetic, lookup, binding, reference);
    a = StepOperands.tensor(step.input(0), binding);
    b = StepOperands.tensor(step.input(1), binding);
    y = binding.tensor(step.output());
    constant = step.input(1) instanceof Operand.Constant;
    transB =
        switch (step.op()) {
          case Op.Gemm gemm -> gemm.transB();
          case Op.MatMul matMul -> matMul.transB();
          default -> throw new IllegalStateException(step.describe());
        };
    terms = a.shape().dim(-1);
    columns = b.shape().dim(transB ? -2 : -1);
    Shape batch = leading(y.shape());
    boolean single = b.shape().rank() == 2;
    matrixRows = single ? a.shape().elements() / terms : a.shape().dim(-2);
    aMatrix = single ? new int[1] : Strides.repeated(leading(a.shape()), batch);
    bMatrix = single ? new int[1] : Strides.repeated(leading(b.shape()), batch);
    encoder = new CodeEncoder(arithmetic.a(), LookupVectors.BYTES);
    encoderB = secondEncoder(0);
    int matrices = b.shape().elements() / terms / columns;
    weights =
        constant
            ? binding.prepared().get(b, new Form(arithmetic), this::encodeWeights)
            : WeightCodes.allocate(lookup, matrices, columns, terms);
    rows = rows(columns);
    quads = Math.ceilDiv(terms, ActivationCodes.TERMS);
    int allRows = a.shape().elements() / terms;
    int[] quadOffsets = new int[quads];
    Arrays.setAll(quadOffsets, q -> Math.multiplyExact(q, allRows));
    int[] positions = new int[matrixRows];
    Arrays.setAll(positions, row -> row);
    long bytes = (long) quads * allRows * ActivationCodes.BYTES;
    codes = new ActivationCodes(binding.allocate(bytes), 1, quads, allRows, quadOffsets, positions);
    blocks = LookupBlocks.of(lookup, matrixRows, columns, aMatrix.length, binding.workers());
    float scale = step.op() instanceof Op.Gemm gemm ? gemm.alpha() : 1f;
    TileEpilogue epilogue =
        TileEpilogue.of(
            step,
            binding,
            TileStage.Channels.COLUMNS,
            columns,
            TileEpilogue.columnBias(step),
            scale);
    writer = new TileWriter(epilogue, columns, 0, (long) columns * Float.BYTES);
  }

  /** The kernel of a step that the float32 kernel would serve, or the reference's. */
  public static Executable bind(
      Step step, ProductArithmetic arithmetic, Binding binding, Kernel reference) {
    int terms = step.input(0).shape().dim(-1);
    ProductRows lookup = lookup(step.input(1), arithmetic, terms, binding);
    return lookup == null
        ? reference.bind(step, binding)
        : new LookupMatMul(step, arithmetic, lookup, binding, reference);
  }

  private static Shape leading(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
  }

  private WeightCodes encodeWeights(Tensor weight) {
    float[] values = weight.toFloats();
    WeightCodes result = WeightCodes.allocate(lookup, 1, columns, terms);
    for (int column = 0; column < columns; column++) {
      CodeEncoder second = secondEncoder(column);
      for (int k = 0; k < terms; k++) {
        float value = values[transB ? column * terms + k : k * columns + column];
        result.set(0, column, k, second.code(value));
      }
    }
    return result;
  }

  @Override
  void encode(Parallel parallel) {
    parallel.run(Math.ceilDiv(a.shape().elements() / terms, ROWS), this::encodeRows);
    codes.findUsed(lookup, parallel);
    if (!constant) {
      parallel.run(b.shape().elements() / terms / columns, this::encodeRight);
    }
  }

  /** A row's quads lie as far apart as there are rows. */
  private void encodeRows(int index, int worker) {
    int first = index * ROWS;
    int count = Math.min(ROWS, a.shape().elements() / terms - first);
    long rowBytes = (long) quads * ActivationCodes.BYTES;
    long work = Scratch.current().panel(count * rowBytes);
    for (int row = 0; row < count; row++) {
      long to = work + row * rowBytes;
      LookupVectors.setLong(to + rowBytes - ActivationCodes.BYTES, 0);
      long from = a.data().address() + (long) (first + row) * terms * Float.BYTES;
      noteFinite(encoder.encode(from, terms, to));
    }
    int[] offsets = codes.quads();
    for (int q = 0; q < quads; q++) {
      long to = codes.address((long) offsets[q] + first);
      for (int row = 0; row < count; row++) {
        long quad = LookupVectors.getLong(work + row * rowBytes + (long) q * ActivationCodes.BYTES);
        LookupVectors.setLong(to + (long) row * ActivationCodes.BYTES, quad);
      }
    }
  }

  private void encodeRight(int matrix, int worker) {
    int lines = transB ? columns : terms;
    int length = transB ? terms : columns;
    long work = Scratch.current().panel((long) length * Short.BYTES);
    for (int line = 0; line < lines; line++) {
      long from = b.data().address() + ((long) matrix * lines + line) * length * Float.BYTES;
      noteFinite(encoderB.encode(from, length, work));
      for (int i = 0; i < length; i++) {
        int code = (LookupVectors.getShort(work + (long) i * Short.BYTES) & 0xFFFF) - 1;
        weights.set(matrix, transB ? line : i, transB ? i : line, code);
      }
    }
  }

  @Override
  void multiply(Parallel parallel) {
    parallel.run(aMatrix.length * blocks.parts(), this::part);
  }

  private void part(int index, int worker) {
    int matrix = index / blocks.parts();
    int part = index % blocks.parts();
    int first = blocks.first(part);
    int end = blocks.end(part);
    int block = bMatrix[matrix] * weights.blocks() + blocks.block(part);
    LookupChannels channels =
        new LookupChannels(weights, block, rows, blocks.firstChannel(part), blocks.count(part));
    Scratch scratch = Scratch.current();
    long memory = scratch.panel(LookupAccumulator.bytes(end - first));
    LookupAccumulator product =
        new LookupAccumulator(lookup, arithmetic, channels, end - first, memory);
    product.run(codes, aMatrix[matrix] * matrixRows, first, end);
    float[] tile = scratch.accumulators(TileShape.ROWS * TileShape.COLUMNS);
    long to = y.data().address() + (long) matrix * matrixRows * columns * Float.BYTES;
    for (int offset = 0; offset < channels.count(); offset += TileShape.COLUMNS) {
      int column = channels.first() + offset;
      int lanes = Math.min(TileShape.COLUMNS, channels.count() - offset);
      for (int row = first; row < end; row += TileShape.ROWS) {
        int tileRows = Math.min(TileShape.ROWS, end - row);
        product.rows(row - first, tileRows, offset, tile);
        OutputTile result = scratch.output().of(tile, 0, tileRows).at(row, column);
        writer.write(result, lanes, to);
      }
    }
  }
}
