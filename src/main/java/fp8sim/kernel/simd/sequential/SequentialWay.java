package fp8sim.kernel.simd.sequential;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.gemm.MatrixProducts;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import java.util.Arrays;
import java.util.Optional;

/**
 * Sums term by term in the order of the index, as vectors across outputs: whatever the accumulator,
 * however wide exact sums are, and transposed convolutions.
 */
public final class SequentialWay implements ProductWay {
  /** What the lanes of vectors are, and where their products come from. */
  public enum Lanes {
    /** Channels, whose products positions select in tables. */
    CHANNELS,
    /** Positions, whose products channels select in tables. */
    POSITIONS,
    /** Channels, with products that are looked up one by one. */
    SINGLE_CHANNELS,
    /** Positions, with products that are looked up one by one. */
    SINGLE_POSITIONS
  }

  /** Identifies prepared rows of addends. */
  private record Form(SumPlan plan, boolean byFirst, ProductArithmetic arithmetic) {}

  /** Most codes of an operand in tables. */
  private static final int MOST_CODE_BITS = 10;

  private final Optional<Lanes> wanted;

  /** The way with the cheapest lanes for each step. */
  public SequentialWay() {
    this(Optional.empty());
  }

  /** The way with these lanes wherever they are possible. */
  public SequentialWay(Optional<Lanes> wanted) {
    this.wanted = wanted;
  }

  @Override
  public ProductMethod method() {
    return ProductMethod.SEQUENTIAL;
  }

  @Override
  public boolean takesBlocks() {
    return true;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    if (task.macs() == 0) {
      return Estimate.impossible("nothing to multiply");
    }
    String misfit = misfit(task);
    if (!misfit.isEmpty()) {
      return Estimate.impossible(misfit);
    }
    SumPlan plan = plan(task);
    if (!plan.isPossible()) {
      return Estimate.impossible(plan.misfit());
    }
    if (task.kind() != ProductTask.Kind.MATMUL
        && !SequentialConv.fits(task.step(), task.arithmetic(), plan)) {
      return Estimate.impossible("too large an input, or groups in too many kinds of blocks");
    }
    SequentialCost cost = new SequentialCost(task, plan, machine);
    return Estimate.of(cost.nanoseconds(), cost.reason());
  }

  /** Why products of a task are not in tables. */
  private static String misfit(ProductTask task) {
    if (!task.hasTables()) {
      return "codes too wide for tables";
    }
    DistinctTables tables = task.tables();
    int bitsA = tables.distinct().getFirst().bitsA();
    int bitsW = tables.distinct().getFirst().bitsW();
    if (tables.distinct().stream().anyMatch(table -> table.bitsW() != bitsW)
        || Math.max(bitsA, bitsW) > MOST_CODE_BITS) {
      return "codes of more than 10 bits";
    }
    if (task.step().input(1) instanceof Operand.Constant weight) {
      return EncodedWeights.areFinite(weight.tensor()) ? "" : "weights that are not finite";
    }
    boolean one = task.arithmetic().channels().size() == 1;
    return task.kind() == ProductTask.Kind.MATMUL && one ? "" : "weights that are computed";
  }

  private static SumPlan plan(ProductTask task) {
    return task.finding(SumPlan.class, SequentialWay::findPlan);
  }

  private static SumPlan findPlan(ProductTask task) {
    ProductFacts facts = ProductFacts.of(task.tables());
    Accumulator accumulator = task.arithmetic().accumulator();
    if (!task.arithmetic().isBlocked()) {
      return SumPlan.of(accumulator, facts, task.terms());
    }
    long terms = task.sumTerms();
    // A chunk that holds a whole part is none.
    return SumPlan.of(
        accumulator.chunk() >= terms
            ? new Accumulator(accumulator.name(), accumulator.step(), 0)
            : accumulator,
        facts,
        terms);
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    SumPlan plan = plan(task);
    Arrangement arrangement =
        new SequentialCost(task, plan, Machine.here()).arrangement(wanted, binding.workers());
    boolean matMul = task.kind() == ProductTask.Kind.MATMUL;
    SequentialOperands operands =
        matMul
            ? new SequentialMatMul(task, arrangement, binding)
            : new SequentialConv(task, plan, arrangement, binding);
    TileWriter writer =
        matMul
            ? MatrixProducts.writer(task.step(), binding)
            : SequentialConv.writer(task.step(), binding);
    return new SequentialProduct(
        plan,
        rows(task, plan, arrangement.rowsByFirst(), binding),
        operands,
        arrangement,
        new SequentialOutputs(task.arithmetic(), writer),
        task);
  }

  /** Rows of addends, which all sessions share if the second operand is a constant. */
  private static SequentialRows[] rows(
      ProductTask task, SumPlan plan, boolean byFirst, Binding binding) {
    if (task.step().input(1) instanceof Operand.Constant constant) {
      Form form = new Form(plan, byFirst, task.arithmetic());
      return binding
          .prepared()
          .get(constant.tensor(), form, weight -> makeRows(task, plan, byFirst));
    }
    return makeRows(task, plan, byFirst);
  }

  private static SequentialRows[] makeRows(ProductTask task, SumPlan plan, boolean byFirst) {
    SequentialRows[] rows = new SequentialRows[plan.digits()];
    Arrays.setAll(rows, digit -> new SequentialRows(task.tables(), plan, byFirst, digit));
    return rows;
  }
}
