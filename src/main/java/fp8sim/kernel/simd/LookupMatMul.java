package fp8sim.kernel.simd;

import fp8sim.graph.Gemm;
import fp8sim.graph.MatMul;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.Parallel;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Gemm and MatMul of codes, batched; a constant right operand is encoded once. */
final class LookupMatMul implements Executable {
  /** Identifies prepared rows. */
  private record Rows(ProductArithmetic arithmetic) {}

  private final Step step;
  private final Binding binding;
  private final Kernel reference;
  private final ProductLookup lookup;
  private final Tensor a;
  private final Tensor b;
  private final Tensor y;
  private final boolean transB;
  private final boolean constant;
  private final int matrixRows;
  private final int terms;
  private final int columns;
  private final int[] aMatrix;
  private final int[] bMatrix;
  private final int[] rows;
  private final short[] codes;
  private final short[] codesB;
  private final CodeEncoder encoder;
  private final CodeEncoder encoderB;
  private final int[] offsets;
  private final int[] positions;
  private final LookupBlocks blocks;
  private final LookupProduct[] products;
  private final TileWriter writer;
  private final AtomicInteger largestEntry = new AtomicInteger();
  private final AtomicInteger notFinite = new AtomicInteger();
  private @Nullable Executable slow;

  private LookupMatMul(
      Step step,
      ProductArithmetic arithmetic,
      ProductLookup lookup,
      Binding binding,
      Kernel reference) {
    this.step = step;
    this.binding = binding;
    this.reference = reference;
    this.lookup = lookup;
    a = Operands.tensor(step.input(0), binding);
    b = Operands.tensor(step.input(1), binding);
    y = binding.tensor(step.output());
    constant = step.input(1) instanceof Operand.Constant;
    transB =
        switch (step.op()) {
          case Gemm gemm -> gemm.transB();
          case MatMul matMul -> matMul.transB();
          default -> throw new IllegalStateException(step.describe());
        };
    terms = a.shape().dim(-1);
    columns = b.shape().dim(transB ? -2 : -1);
    Shape batch = leading(y.shape());
    boolean single = b.shape().rank() == 2;
    matrixRows = single ? a.shape().elements() / terms : a.shape().dim(-2);
    aMatrix = single ? new int[1] : Broadcasting.positions(leading(a.shape()), batch);
    bMatrix = single ? new int[1] : Broadcasting.positions(leading(b.shape()), batch);
    encoder = new CodeEncoder(arithmetic.a());
    encoderB = new CodeEncoder(arithmetic.channel(0).w());
    codes = new short[a.shape().elements()];
    codesB = new short[constant ? 0 : b.shape().elements()];
    rows =
        constant
            ? binding.prepared().get(b, new Rows(arithmetic), weight -> rows(weight, arithmetic))
            : new int[b.shape().elements()];
    offsets = new int[terms];
    Arrays.setAll(offsets, k -> k);
    positions = new int[matrixRows];
    Arrays.setAll(positions, row -> row * terms);
    blocks = LookupBlocks.of(matrixRows, columns, aMatrix.length, binding.workers());
    products = LookupBlocks.products(lookup, arithmetic, binding.workers());
    float scale = step.op() instanceof Gemm gemm ? gemm.alpha() : 1f;
    TileEpilogue epilogue =
        TileEpilogue.of(
            step, binding, TileStage.Channels.COLUMNS, columns, SimdGemm.bias(step), scale);
    writer = new TileWriter(epilogue, columns, 0, (long) columns * Float.BYTES);
  }

  /** The kernel of a step that the float32 kernel would serve, or the reference's. */
  static Executable bind(
      Step step, ProductArithmetic arithmetic, Binding binding, Kernel reference) {
    ProductLookup lookup = ProductLookup.of(arithmetic, step.input(0).shape().dim(-1));
    return lookup == null
        ? reference.bind(step, binding)
        : new LookupMatMul(step, arithmetic, lookup, binding, reference);
  }

  private static Shape leading(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
  }

  private int[] rows(Tensor weight, ProductArithmetic arithmetic) {
    float[] values = weight.toFloats();
    int[] result = new int[values.length];
    for (int i = 0; i < result.length; i++) {
      int column = i / terms;
      float value = values[transB ? i : i % terms * columns + column];
      result[i] = lookup.row(column, arithmetic.channel(column).w().code(value));
    }
    return result;
  }

  @Override
  public void run(Parallel parallel) {
    largestEntry.set(0);
    notFinite.set(0);
    parallel.run(codes.length / terms, this::encode);
    if (!constant) {
      parallel.run(codesB.length / terms / columns, this::encodeRight);
    }
    if (notFinite.get() != 0) {
      runSlowly(parallel);
    } else {
      parallel.run(aMatrix.length * blocks.parts(), this::part);
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

  private void encode(int row, int worker) {
    int at = row * terms;
    int entry = encoder.encode(a.data().address() + (long) at * Float.BYTES, terms, codes, at);
    note(entry);
    largestEntry.accumulateAndGet(entry, Math::max);
  }

  private void note(int entry) {
    if (entry == ProductOperand.NOT_FINITE) {
      notFinite.set(1);
    }
  }

  private void encodeRight(int matrix, int worker) {
    int size = terms * columns;
    int at = matrix * size;
    note(encoderB.encode(b.data().address() + (long) at * Float.BYTES, size, codesB, at));
    if (notFinite.get() != 0) {
      return;
    }
    for (int i = 0; i < size; i++) {
      int from = transB ? i : i % terms * columns + i / terms;
      rows[at + i] = lookup.row(0, codesB[at + from] - 1);
    }
  }

  private void part(int index, int worker) {
    int matrix = index / blocks.parts();
    int part = index % blocks.parts();
    int column = blocks.firstChannel(part);
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
        aMatrix[matrix] * matrixRows * terms,
        rows,
        (bMatrix[matrix] * columns + column) * terms,
        column,
        lanes,
        largestEntry.get() + 1);
    Scratch scratch = Scratch.current();
    float[] tile = scratch.accumulators(Tile.ROWS * Tile.COLUMNS);
    long to = y.data().address() + (long) matrix * matrixRows * columns * Float.BYTES;
    for (int row = first; row < end; row += Tile.ROWS) {
      int tileRows = Math.min(Tile.ROWS, end - row);
      for (int r = 0; r < tileRows; r++) {
        for (int lane = 0; lane < lanes; lane++) {
          tile[r * Tile.COLUMNS + lane] = product.result(row - first + r, lane);
        }
      }
      writer.write(tile, 0, tileRows, row, column, lanes, to, scratch);
    }
  }
}
