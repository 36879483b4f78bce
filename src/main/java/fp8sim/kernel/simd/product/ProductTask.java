package fp8sim.kernel.simd.product;

import fp8sim.format.BlockQuantizer;
import fp8sim.graph.Op;
import fp8sim.kernel.Kernel;
import fp8sim.multiplier.ProductTable;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A step that multiplies codes, and its sizes: {@code products} matrix products, each of {@code
 * positions x terms} by {@code terms x channels}.
 */
public final class ProductTask {
  /** What kind of operator multiplies. */
  public enum Kind {
    /** Conv, but for {@link #DEPTHWISE}: a product for each group. */
    CONV,
    /** Conv with one input channel per group: a product for each group. */
    DEPTHWISE,
    CONV_TRANSPOSE,
    /** Gemm or MatMul: a product for each matrix, one if the right operand is a single one. */
    MATMUL
  }

  private final Step step;
  private final ProductArithmetic arithmetic;
  private final Kernel reference;
  private final Kind kind;
  private final long positions;
  private final long channels;
  private final long terms;
  private final long products;
  private final Map<Class<?>, Object> findings = new HashMap<>();
  private @Nullable DistinctTables tables;

  /**
   * A task.
   *
   * @param reference what computes whatever a way does not
   */
  public ProductTask(Step step, ProductArithmetic arithmetic, Kernel reference) {
    this.step = step;
    this.arithmetic = arithmetic;
    this.reference = reference;
    Shape first = step.input(0).shape();
    Shape second = step.input(1).shape();
    Shape y = step.output().shape();
    switch (step.op()) {
      case Op.Conv conv -> {
        kind = second.dim(1) == 1 && first.dim(1) > 1 ? Kind.DEPTHWISE : Kind.CONV;
        products = conv.group();
        channels = second.dim(0) / conv.group();
        terms = second.elements(1, second.rank());
        positions = y.dim(0) * (long) y.elements(2, y.rank());
      }
      case Op.ConvTranspose conv -> {
        kind = Kind.CONV_TRANSPOSE;
        products = conv.group();
        channels = second.dim(1);
        terms = first.dim(1) / conv.group() * (long) second.elements(2, second.rank());
        positions = y.dim(0) * (long) y.elements(2, y.rank());
      }
      default -> {
        kind = Kind.MATMUL;
        channels = y.dim(-1);
        terms = first.dim(-1);
        boolean single = second.rank() == 2;
        long rows = y.elements() / Math.max(1, channels);
        products = single || rows == 0 ? 1 : Math.max(1, rows / Math.max(1, y.dim(-2)));
        positions = rows / products;
      }
    }
  }

  public Step step() {
    return step;
  }

  public ProductArithmetic arithmetic() {
    return arithmetic;
  }

  /** What computes whatever a way does not. */
  public Kernel reference() {
    return reference;
  }

  public Kind kind() {
    return kind;
  }

  /** Rows of each product: output positions of all images, or rows of the left matrix. */
  public long positions() {
    return positions;
  }

  /** Columns of each product: output channels of a group, or columns of the right matrix. */
  public long channels() {
    return channels;
  }

  /** Terms of each sum. */
  public long terms() {
    return terms;
  }

  /**
   * The most terms that are added before a sum is multiplied by scales: all of them, or with block
   * formats those of the smaller block, at one kernel element.
   */
  public long sumTerms() {
    if (!arithmetic.isBlocked()) {
      return terms;
    }
    Shape second = step.input(1).shape();
    long along = step.op() instanceof Op.Conv ? second.dim(1) : terms;
    return Math.min(along, Math.min(blockSize(true), blockSize(false)));
  }

  /** Whether sums of {@link #sumTerms} terms follow each other up to a shorter last one. */
  public boolean hasEvenBlocks() {
    int small = Math.min(blockSize(true), blockSize(false));
    int large = Math.max(blockSize(true), blockSize(false));
    return large % small == 0 || large >= terms;
  }

  /** Elements of a block of an operand; {@link Integer#MAX_VALUE} without blocks. */
  private int blockSize(boolean first) {
    BlockQuantizer blocks = first ? arithmetic.a().blocks() : arithmetic.channel(0).w().blocks();
    return blocks == null ? Integer.MAX_VALUE : blocks.format().size();
  }

  /** How many products of such matrices: groups, or matrices of a batch. */
  public long products() {
    return products;
  }

  /** Multiplications of the step. */
  public double macs() {
    return (double) products * positions * channels * terms;
  }

  /** Whether the second operand is known before the step runs. */
  public boolean isConstant() {
    return step.input(1) instanceof Operand.Constant;
  }

  /** What a way finds out about this task, found when it is asked for first. */
  public <T> T finding(Class<T> type, Function<ProductTask, T> find) {
    Object known = findings.get(type);
    if (known == null) {
      known = find.apply(this);
      findings.put(type, known);
    }
    return type.cast(known);
  }

  /** Whether the products fit tables. */
  public boolean hasTables() {
    return ProductTable.fits(arithmetic.setting(0));
  }

  /** The tables, tabulated when they are asked for first; only if {@link #hasTables}. */
  public DistinctTables tables() {
    DistinctTables result = tables;
    if (result == null) {
      result = DistinctTables.of(arithmetic);
      tables = result;
    }
    return result;
  }
}
