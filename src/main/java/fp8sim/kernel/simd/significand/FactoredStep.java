package fp8sim.kernel.simd.significand;

import fp8sim.format.BlockQuantizer;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.simd.coded.SplitOperand;
import fp8sim.kernel.simd.conv.DirectConvolution;
import fp8sim.kernel.simd.conv.GemmConvolution;
import fp8sim.kernel.simd.conv.IndirectTile;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.gemm.PackedMatrix;
import fp8sim.kernel.simd.gemm.SumFinish;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.significand.EncodedProduct.Encoding;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/** Binds steps whose products are factored to the kernels of float32. */
final class FactoredStep {
  /** Identifies prepared weights. */
  private record Form(
      ProductArithmetic arithmetic,
      Class<?> plan,
      boolean inLanes,
      boolean transposed,
      int vectorLanes) {}

  private final ProductTask task;
  private final FactorPlan plan;
  private final Step step;
  private final ProductArithmetic arithmetic;
  private final Binding binding;
  private final Tensor first;

  FactoredStep(ProductTask task, FactorPlan plan, Binding binding) {
    this.task = task;
    this.plan = plan;
    this.binding = binding;
    step = task.step();
    arithmetic = task.arithmetic();
    first = StepOperands.tensor(step.input(0), binding);
  }

  Executable bind() {
    if (!task.isConstant()) {
      return bindComputed();
    }
    boolean isConv = step.op() instanceof Op.Conv;
    Tensor weight = StepOperands.tensor(step.input(1), binding);
    boolean transposed = WeightCodeMatrix.isTransposed(task);
    int channels = weight.shape().dim(transposed ? 0 : 1);
    boolean inLanes = plan.areWeightsInLanes();
    Form form = new Form(arithmetic, plan.getClass(), inLanes, transposed, Memory.LANES);
    Optional<FactoredWeights> prepared =
        binding
            .prepared()
            .get(weight, form, w -> Optional.ofNullable(FactoredWeights.of(task, plan)));
    if (prepared.isEmpty()) {
      return task.reference().bind(step, binding);
    }
    FactoredWeights weights = prepared.get();
    if (arithmetic.isBlocked()) {
      return bindBlocked(weight, weights, channels);
    }
    Encoding encoding = encoding(weights.factors(), first);
    Executable product =
        isConv
            ? conv(encoding.to(), weights, channels)
            : matMul(encoding.to(), weight, weights, channels);
    return new EncodedProduct(task, weights.factors(), binding, product, null, encoding);
  }

  private Executable bindBlocked(Tensor weight, FactoredWeights weights, int channels) {
    BlockQuantizer blocks = arithmetic.a().blocks();
    SplitOperand split = blocks == null ? null : new SplitOperand(first, blocks, binding);
    Factorization factors = weights.factors();
    Encoding encoding = encoding(factors, split == null ? first : split.elements());
    PackedMatrix packed = Objects.requireNonNull(weights.packed());
    BlockedGemmTile tile =
        new BlockedGemmTile(
            factors.matrixTile(binding.floatMath()),
            factors.scaling(TileStage.Channels.COLUMNS, channels),
            packed,
            Objects.requireNonNull(weights.scales()),
            split == null ? 0 : split.scales().data().address() - encoding.to().data().address(),
            (int) task.sumTerms());
    SelectedMatMul product =
        new SelectedMatMul(
            step,
            binding,
            new SelectedMatMul.Operands(encoding.to(), weight, packed, tile, SumFinish.NONE));
    return new EncodedProduct(task, factors, binding, product, split, encoding);
  }

  private Encoding encoding(Factorization factors, Tensor from) {
    EntryEncoder encoder = new EntryEncoder(arithmetic.a(), factors.firstEntries());
    return Encoding.of(encoder, from, binding);
  }

  private Executable conv(Tensor x, FactoredWeights weights, int channels) {
    Factorization factors = weights.factors();
    SumScaling scaling = factors.scaling(TileStage.Channels.ROWS, channels);
    if (weights.packed() != null) {
      IndirectTile tile = factors.patchTile(binding.floatMath());
      return new DirectConvolution(
          step, binding, new DirectConvolution.Operands(x, weights.packed(), tile, scaling));
    }
    MemorySegment rows = Objects.requireNonNull(weights.rows());
    GemmTile tile = factors.matrixTile(binding.floatMath());
    return new GemmConvolution(
        step, binding, new GemmConvolution.Operands(x, rows, true, tile, scaling));
  }

  private Executable matMul(Tensor a, Tensor weight, FactoredWeights weights, int channels) {
    Factorization factors = weights.factors();
    SumScaling scaling = factors.scaling(TileStage.Channels.COLUMNS, channels);
    GemmTile tile = factors.matrixTile(binding.floatMath());
    return new SelectedMatMul(
        step, binding, new SelectedMatMul.Operands(a, weight, weights.packed(), tile, scaling));
  }

  private Executable bindComputed() {
    SumForm form = SumBound.ofAll(task, plan.tables()).form();
    Factorization factors = plan.factors(task, form);
    Encoding left = encoding(factors, first);
    Tensor second = StepOperands.tensor(step.input(1), binding);
    ProductOperand operand = arithmetic.channel(0).w();
    EntryEncoder encoder = new EntryEncoder(operand, factors.secondEntries(factors.table(0)));
    Encoding right = Encoding.of(encoder, second, binding);
    SumScaling scaling = factors.scaling(TileStage.Channels.COLUMNS, (int) task.channels());
    GemmTile tile = factors.matrixTile(binding.floatMath());
    SelectedMatMul product =
        new SelectedMatMul(
            step, binding, new SelectedMatMul.Operands(left.to(), right.to(), null, tile, scaling));
    return new EncodedProduct(task, factors, binding, product, null, left, right);
  }
}
