package fp8sim.kernel.simd.significand;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.simd.conv.DirectConvolution;
import fp8sim.kernel.simd.conv.GemmConvolution;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.significand.EncodedProduct.Encoding;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.util.Objects;

/** Binds steps whose products are factored to the kernels of float32. */
final class FactoredStep {
  /** Identifies prepared weights. */
  private record Form(
      ProductArithmetic arithmetic,
      Class<?> factors,
      boolean inLanes,
      boolean transposed,
      int vectorLanes) {}

  private final ProductTask task;
  private final Step step;
  private final ProductArithmetic arithmetic;
  private final Factorization factors;
  private final Binding binding;
  private final Tensor first;
  private final Encoding encoding;

  FactoredStep(ProductTask task, Factorization factors, Binding binding) {
    this.task = task;
    this.factors = factors;
    this.binding = binding;
    step = task.step();
    arithmetic = task.arithmetic();
    first = StepOperands.tensor(step.input(0), binding);
    encoding =
        Encoding.of(new EntryEncoder(arithmetic.a(), factors.firstEntries()), first, binding);
  }

  Executable bind() {
    if (!task.isConstant()) {
      return bindComputed();
    }
    boolean isConv = step.op() instanceof Op.Conv;
    Tensor weight = StepOperands.tensor(step.input(1), binding);
    boolean transposed = isConv || SelectedMatMul.isTransposed(step);
    int channels = weight.shape().dim(isConv || transposed ? 0 : 1);
    Form form =
        new Form(
            arithmetic, factors.getClass(), factors.areWeightsInLanes(), transposed, Memory.LANES);
    FactoredWeights weights =
        binding
            .prepared()
            .get(
                weight,
                form,
                w -> FactoredWeights.of(w, arithmetic, factors, channels, transposed));
    if (!weights.isFinite()) {
      return task.reference().bind(step, binding);
    }
    SumScaling.Form sums = factors.form(weights.largestSum());
    Executable product =
        isConv ? conv(weights, sums, channels) : matMul(weight, weights, sums, channels);
    return new EncodedProduct(task, factors, binding, product, encoding);
  }

  private Executable conv(FactoredWeights weights, SumScaling.Form sums, int channels) {
    SumScaling scaling = factors.scaling(sums, TileStage.Channels.ROWS, channels);
    if (weights.packed() != null) {
      return new DirectConvolution(
          step,
          binding,
          new DirectConvolution.Operands(
              encoding.to(),
              weights.packed(),
              factors.patchTile(sums, binding.floatMath()),
              scaling));
    }
    return new GemmConvolution(
        step,
        binding,
        new GemmConvolution.Operands(
            encoding.to(),
            Objects.requireNonNull(weights.rows()),
            true,
            factors.matrixTile(sums, binding.floatMath()),
            scaling));
  }

  private Executable matMul(
      Tensor weight, FactoredWeights weights, SumScaling.Form sums, int channels) {
    return new SelectedMatMul(
        step,
        binding,
        new SelectedMatMul.Operands(
            encoding.to(),
            weight,
            weights.packed(),
            factors.matrixTile(sums, binding.floatMath()),
            factors.scaling(sums, TileStage.Channels.COLUMNS, channels)));
  }

  private Executable bindComputed() {
    Tensor second = StepOperands.tensor(step.input(1), binding);
    ProductOperand operand = arithmetic.channel(0).w();
    EntryEncoder encoder = new EntryEncoder(operand, factors.secondEntries(factors.table(0)));
    Encoding right = Encoding.of(encoder, second, binding);
    SumScaling.Form sums = factors.form(factors.largestSum(task.terms()));
    int channels = (int) task.channels();
    SelectedMatMul.Operands operands =
        new SelectedMatMul.Operands(
            encoding.to(),
            right.to(),
            null,
            factors.matrixTile(sums, binding.floatMath()),
            factors.scaling(sums, TileStage.Channels.COLUMNS, channels));
    return new EncodedProduct(
        task, factors, binding, new SelectedMatMul(step, binding, operands), encoding, right);
  }
}
