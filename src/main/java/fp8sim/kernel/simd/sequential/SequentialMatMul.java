package fp8sim.kernel.simd.sequential;

import fp8sim.format.BlockQuantizer;
import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.kernel.simd.coded.SplitOperand;
import fp8sim.kernel.simd.gemm.MatrixProducts;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gemm and MatMul, batched; entries lie as the operands' numbers do. */
@InPhase(Phase.QUANTIZATION)
final class SequentialMatMul implements SequentialOperands {
  /** Numbers that are encoded together. */
  private static final int ENCODED = 1 << 14;

  private final Tensor a;
  private final Tensor b;
  private final Tensor y;
  private final boolean constant;
  private final boolean transB;
  private final int terms;
  private final int rows;
  private final int columns;
  private final int[] aMatrix;
  private final int[] bMatrix;
  private final CodeEncoder encoderA;
  private final CodeEncoder encoderB;
  private final EncodedTensor codesA;
  private final EncodedTensor codesB;
  private final @Nullable SplitOperand splitA;
  private final @Nullable SplitOperand splitB;
  private final TermParts parts;
  private final UsedEntries usedA;
  private final UsedEntries usedB;
  private final ElementOrder positions;
  private final ElementOrder channels;

  SequentialMatMul(ProductTask task, Arrangement arrangement, Binding binding) {
    Step step = task.step();
    ProductArithmetic arithmetic = task.arithmetic();
    MatrixProducts matrices = MatrixProducts.of(step, binding);
    a = matrices.a();
    b = matrices.b();
    y = matrices.y();
    constant = step.input(1) instanceof Operand.Constant;
    transB = matrices.transB();
    terms = matrices.terms();
    columns = matrices.columns();
    rows = matrices.rows();
    aMatrix = matrices.aMatrix();
    bMatrix = matrices.bMatrix();
    encoderA = new CodeEncoder(arithmetic.a(), 1);
    encoderB = new CodeEncoder(arithmetic.channel(0).w(), 1);
    usedA = new UsedEntries((1 << arithmetic.a().grid().codeBits()) + 1);
    usedB = new UsedEntries((1 << arithmetic.channel(0).w().grid().codeBits()) + 1);
    splitA = split(a, arithmetic.a().blocks(), binding);
    codesA = codes(a, splitA, binding);
    splitB = constant ? null : split(b, arithmetic.channel(0).w().blocks(), binding);
    int matrix = terms * columns;
    codesB =
        constant
            ? EncodedWeights.of(
                b, arithmetic, i -> transB ? i % matrix / terms : i % columns, usedB, binding)
            : codes(b, splitB, binding);
    parts = TermParts.of(arithmetic, terms, 0, 1);
    positions = positions(arrangement);
    channels = channels(arrangement, task.tables());
  }

  private static @Nullable SplitOperand split(
      Tensor operand, @Nullable BlockQuantizer blocks, Binding binding) {
    return blocks == null ? null : new SplitOperand(operand, blocks, binding);
  }

  private static EncodedTensor codes(
      Tensor operand, @Nullable SplitOperand split, Binding binding) {
    long bytes = (long) operand.shape().elements() * Short.BYTES;
    return new EncodedTensor(
        binding.allocate(bytes).asSlice(0, bytes), split == null ? null : split.scales().data());
  }

  /** Offsets in bytes of {@code count} entries. */
  private static int[] offsets(int count, int apart) {
    int[] offsets = new int[count];
    Arrays.setAll(offsets, i -> i * apart * Short.BYTES);
    return offsets;
  }

  private ElementOrder positions(Arrangement arrangement) {
    ElementOrder.Group all = new ElementOrder.Group(offsets(terms, 1), 0);
    int[] index = offsets(rows, terms);
    return ElementOrder.of(index, List.of(all), i -> 0, arrangement.positionRange());
  }

  private ElementOrder channels(Arrangement arrangement, DistinctTables tables) {
    int[] index = offsets(columns, transB ? terms : 1);
    int[] places = offsets(terms, transB ? 1 : columns);
    List<ElementOrder.Group> groups = new ArrayList<>();
    for (int t = 0; t < tables.distinct().size(); t++) {
      groups.add(new ElementOrder.Group(places, t));
    }
    return ElementOrder.of(
        index,
        groups,
        i -> arrangement.sortsChannels() ? tables.number(i) : 0,
        arrangement.channelRange());
  }

  @Override
  public int products() {
    return aMatrix.length;
  }

  @Override
  public void encode(Parallel parallel) {
    encode(a, splitA, encoderA, codesA, parallel);
    codesA.findUsed(usedA, parallel);
    if (!constant) {
      encode(b, splitB, encoderB, codesB, parallel);
      codesB.findUsed(usedB, parallel);
    }
  }

  private static void encode(
      Tensor operand,
      @Nullable SplitOperand split,
      CodeEncoder encoder,
      EncodedTensor codes,
      Parallel parallel) {
    codes.clear();
    Tensor values = operand;
    if (split != null) {
      split.split(parallel);
      values = split.elements();
    }
    long address = values.data().address();
    int elements = values.shape().elements();
    parallel.run(
        Math.ceilDiv(elements, ENCODED),
        (index, worker) -> {
          int first = index * ENCODED;
          long from = address + (long) first * Float.BYTES;
          codes.encode(encoder, from, Math.min(ENCODED, elements - first), first);
        });
  }

  @Override
  public TermParts parts(int product) {
    return parts;
  }

  @Override
  public ElementOrder positions(int product) {
    return positions;
  }

  @Override
  public ElementOrder channels(int product) {
    return channels;
  }

  @Override
  public long positionsAt(int product) {
    return codesA.address() + (long) aMatrix[product] * rows * terms * Short.BYTES;
  }

  @Override
  public long channelsAt(int product) {
    return codesB.address() + (long) bMatrix[product] * terms * columns * Short.BYTES;
  }

  @Override
  public EncodedTensor first() {
    return codesA;
  }

  @Override
  public EncodedTensor second() {
    return codesB;
  }

  @Override
  public OutputOrder output(int product) {
    long to = y.data().address() + (long) product * rows * columns * Float.BYTES;
    return new OutputOrder(true, 0, to, 0);
  }
}
