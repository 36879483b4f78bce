package fp8sim.kernel.simd.coded;

import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.gemm.MatrixProducts;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** Gemm and MatMul of codes, batched; a constant right operand is encoded once. */
@InPhase(Phase.PRODUCTS)
final class LookupMatMul extends LookupKernel {
  /** Identifies prepared codes. */
  private record Form(ProductArithmetic arithmetic, boolean selecting) {}

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

  private final int rightMatrices;

  /** Quads of four terms in a row, the last one padded. */
  private final int quads;

  private final CodeEncoder encoder;
  private final CodeEncoder encoderB;

  /** The right operand in lanes; null if its codes select. */
  private final @Nullable WeightCodes weights;

  /** The right operand where its codes select, else null. */
  private final @Nullable SelectingWeights selecting;

  /** The left operand as entries of 16 bits: quads x rows of all matrices x four terms. */
  private final ActivationCodes codes;

  private final LookupBlocks blocks;
  private final TileWriter writer;

  LookupMatMul(ProductTask task, ProductMethod method, ProductRows lookup, Binding binding) {
    super(task, method, lookup, binding);
    Step step = task.step();
    MatrixProducts matrices = MatrixProducts.of(step, binding);
    a = matrices.a();
    b = matrices.b();
    y = matrices.y();
    constant = step.input(1) instanceof Operand.Constant;
    transB = matrices.transB();
    terms = matrices.terms();
    columns = matrices.columns();
    matrixRows = matrices.rows();
    aMatrix = matrices.aMatrix();
    bMatrix = matrices.bMatrix();
    rightMatrices = matrices.rightMatrices();
    quads = Math.ceilDiv(terms, ActivationCodes.TERMS);
    encoder = new CodeEncoder(arithmetic.a(), swapped ? 1 : LookupVectors.BYTES);
    encoderB = secondEncoder(0, swapped ? LookupVectors.BYTES : 1);
    weights = swapped ? null : lanes(binding);
    selecting = swapped ? selecting(binding) : null;
    int allRows = a.shape().elements() / terms;
    int[] quadOffsets = new int[quads];
    Arrays.setAll(quadOffsets, q -> Math.multiplyExact(q, allRows));
    int[] positions = new int[matrixRows];
    Arrays.setAll(positions, row -> row);
    long bytes = (long) quads * allRows * ActivationCodes.BYTES;
    codes = new ActivationCodes(binding.allocate(bytes), 1, quads, allRows, quadOffsets, positions);
    blocks =
        swapped
            ? LookupBlocks.of(lookup, columns, matrixRows, aMatrix.length, binding.workers())
            : LookupBlocks.of(lookup, matrixRows, columns, aMatrix.length, binding.workers());
    writer = MatrixProducts.writer(step, binding);
  }

  private WeightCodes lanes(Binding binding) {
    return constant
        ? binding.prepared().get(b, new Form(arithmetic, false), this::encodeLanes)
        : WeightCodes.allocate(lookup, rightMatrices, columns, terms);
  }

  private SelectingWeights selecting(Binding binding) {
    return constant
        ? binding.prepared().get(b, new Form(arithmetic, true), this::encodeSelecting)
        : new SelectingWeights(binding.lifetime(), rightMatrices, columns, quads);
  }

  /** Takes the code of a term of a column. */
  @FunctionalInterface
  private interface ColumnCodes {
    void set(int column, int term, int code);
  }

  private void encodeConstant(Tensor weight, ColumnCodes to) {
    float[] values = weight.toFloats();
    for (int column = 0; column < columns; column++) {
      CodeEncoder second = secondEncoder(column, 1);
      for (int k = 0; k < terms; k++) {
        float value = values[transB ? column * terms + k : k * columns + column];
        to.set(column, k, second.code(value));
      }
    }
  }

  private WeightCodes encodeLanes(Tensor weight) {
    WeightCodes result = WeightCodes.allocate(lookup, 1, columns, terms);
    encodeConstant(weight, (column, term, code) -> result.set(0, column, term, code));
    return result;
  }

  private SelectingWeights encodeSelecting(Tensor weight) {
    SelectingWeights result = new SelectingWeights(Arena.ofAuto(), 1, columns, quads);
    encodeConstant(weight, (column, term, code) -> result.set(0, column, term, code));
    return result.complete(lookup, Parallel.SEQUENTIAL);
  }

  @Override
  protected void encode(Parallel parallel) {
    parallel.run(Math.ceilDiv(a.shape().elements() / terms, ROWS), this::encodeRows);
    if (!swapped) {
      codes.findUsed(lookup, parallel);
    }
    if (!constant && weights != null) {
      parallel.run(rightMatrices, (matrix, worker) -> encodeLanes(matrix, weights));
    } else if (!constant && selecting != null) {
      if (transB) {
        int parts = Math.ceilDiv(columns, ROWS);
        parallel.run(
            rightMatrices * parts,
            (i, worker) -> encodeColumns(i / parts, i % parts * ROWS, selecting));
      } else {
        parallel.run(
            rightMatrices * quads, (i, worker) -> encodeQuad(i / quads, i % quads, selecting));
      }
      selecting.complete(lookup, parallel);
    }
  }

  /** A row's quads lie as far apart as there are rows. */
  private void encodeRows(int index, int worker) {
    int first = index * ROWS;
    int count = Math.min(ROWS, a.shape().elements() / terms - first);
    long from = a.data().address() + (long) first * terms * Float.BYTES;
    int[] offsets = codes.quads();
    encodeLines(encoder, from, count, q -> codes.address((long) offsets[q] + first));
  }

  /** Columns of a right operand whose terms lie together. */
  private void encodeColumns(int matrix, int first, SelectingWeights to) {
    int count = Math.min(ROWS, columns - first);
    long from = b.data().address() + ((long) matrix * columns + first) * terms * Float.BYTES;
    encodeLines(encoderB, from, count, q -> to.address(matrix, q, first));
  }

  /** Encodes lines of terms; quad q of the first line goes to an address, others behind it. */
  private void encodeLines(CodeEncoder with, long from, int count, IntToLongFunction quadAddress) {
    long lineBytes = (long) quads * ActivationCodes.BYTES;
    long work = Scratch.current().panel(count * lineBytes);
    for (int line = 0; line < count; line++) {
      long to = work + line * lineBytes;
      LookupVectors.setLong(to + lineBytes - ActivationCodes.BYTES, 0);
      noteFinite(with.encode(from + (long) line * terms * Float.BYTES, terms, to));
    }
    for (int q = 0; q < quads; q++) {
      long to = quadAddress.applyAsLong(q);
      for (int line = 0; line < count; line++) {
        long quad =
            LookupVectors.getLong(work + line * lineBytes + (long) q * ActivationCodes.BYTES);
        LookupVectors.setLong(to + (long) line * ActivationCodes.BYTES, quad);
      }
    }
  }

  /** Four terms of a right operand whose columns lie together. */
  private void encodeQuad(int matrix, int quad, SelectingWeights to) {
    int term = quad * ActivationCodes.TERMS;
    int count = Math.min(ActivationCodes.TERMS, terms - term);
    long rowBytes = (long) columns * Short.BYTES;
    long work = Scratch.current().panel(ActivationCodes.TERMS * rowBytes);
    LookupVectors.clear(work + count * rowBytes, (ActivationCodes.TERMS - count) * rowBytes);
    for (int k = 0; k < count; k++) {
      long line = ((long) matrix * terms + term + k) * columns;
      long from = b.data().address() + line * Float.BYTES;
      noteFinite(encoderB.encode(from, columns, work + k * rowBytes));
    }
    ActivationCodes.interleave(work, rowBytes, columns, to.address(matrix, quad, 0));
  }

  private void encodeLanes(int matrix, WeightCodes to) {
    int lines = transB ? columns : terms;
    int length = transB ? terms : columns;
    long work = Scratch.current().panel((long) length * Short.BYTES);
    for (int line = 0; line < lines; line++) {
      long from = b.data().address() + ((long) matrix * lines + line) * length * Float.BYTES;
      noteFinite(encoderB.encode(from, length, work));
      for (int i = 0; i < length; i++) {
        int code = LookupVectors.getCode(work + (long) i * Short.BYTES) - 1;
        to.set(matrix, transB ? line : i, transB ? i : line, code);
      }
    }
  }

  @Override
  protected void multiply(Parallel parallel) {
    parallel.run(aMatrix.length * blocks.parts(), this::part);
  }

  private void part(int index, int worker) {
    int matrix = index / blocks.parts();
    int part = index % blocks.parts();
    if (weights != null) {
      columnsInLanes(matrix, part, weights);
    } else if (selecting != null) {
      rowsInLanes(matrix, part, selecting);
    }
  }

  private void columnsInLanes(int matrix, int part, WeightCodes right) {
    int first = blocks.first(part);
    int end = blocks.end(part);
    int column = blocks.firstOutput(part);
    int count = blocks.count(part);
    int block = bMatrix[matrix] * right.blocks() + blocks.block(part);
    Scratch scratch = Scratch.current();
    long memory = scratch.panel(LookupAccumulator.bytes(end - first));
    LookupAccumulator product =
        new LookupAccumulator(
            lookup,
            arithmetic,
            new LookupChannels(lookup, right, block, column, count),
            new LookupAccumulator.Channels(column, count, false),
            end - first,
            memory);
    product.run(singly, codes, (long) aMatrix[matrix] * matrixRows, first, end);
    float[] tile = scratch.accumulators(TileShape.ROWS * TileShape.COLUMNS);
    for (int offset = 0; offset < count; offset += TileShape.COLUMNS) {
      int lanes = Math.min(TileShape.COLUMNS, count - offset);
      for (int row = first; row < end; row += TileShape.ROWS) {
        int tileRows = Math.min(TileShape.ROWS, end - row);
        product.rows(row - first, tileRows, offset, tile);
        OutputTile result = scratch.output().of(tile, 0, tileRows).at(row, column + offset);
        writer.write(result, lanes, output(matrix));
      }
    }
  }

  private void rowsInLanes(int matrix, int part, SelectingWeights right) {
    int first = blocks.first(part);
    int end = blocks.end(part);
    int row = blocks.firstOutput(part);
    int count = blocks.count(part);
    Scratch scratch = Scratch.current();
    long memory = scratch.panel(LookupAccumulator.bytes(end - first));
    long left = (long) aMatrix[matrix] * matrixRows;
    LookupAccumulator product =
        new LookupAccumulator(
            lookup,
            arithmetic,
            new LookupPositions(lookup.kind(), codes, left, row, count),
            new LookupAccumulator.Channels(first, end - first, true),
            end - first,
            memory);
    product.run(singly, right.codes(), right.group(bMatrix[matrix]), first, end);
    int side = LookupAccumulator.SIDE;
    float[] tile = scratch.accumulators(side * TileShape.COLUMNS);
    for (int column = first; column < end; column += side) {
      int columnCount = Math.min(side, end - column);
      for (int offset = 0; offset < count; offset += side) {
        product.columns(column - first, columnCount, offset, tile);
        int tileRows = Math.min(side, count - offset);
        for (int i = 0; i < tileRows; i += TileShape.ROWS) {
          int some = Math.min(TileShape.ROWS, tileRows - i);
          OutputTile result = scratch.output().of(tile, i * TileShape.COLUMNS, some);
          writer.write(result.at(row + offset + i, column), columnCount, output(matrix));
        }
      }
    }
  }

  /** Where an output matrix starts. */
  private long output(int matrix) {
    return y.data().address() + (long) matrix * matrixRows * columns * Float.BYTES;
  }
}
