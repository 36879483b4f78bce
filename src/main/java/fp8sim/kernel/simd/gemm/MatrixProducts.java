package fp8sim.kernel.simd.gemm;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import java.util.Arrays;

/**
 * The matrices of a Gemm or MatMul: one product of {@code rows x terms} by {@code terms x columns}
 * for each matrix of the output, or a single one of all rows if the right operand is a single
 * matrix.
 */
public final class MatrixProducts {
  private final Tensor a;
  private final Tensor b;
  private final Tensor y;
  private final boolean transB;
  private final int rows;
  private final int terms;
  private final int columns;
  private final int[] aMatrix;
  private final int[] bMatrix;

  private MatrixProducts(Step step, Binding binding) {
    a = StepOperands.tensor(step.input(0), binding);
    b = StepOperands.tensor(step.input(1), binding);
    y = binding.tensor(step.output());
    transB = isTransposed(step);
    terms = a.shape().dim(-1);
    columns = y.shape().dim(-1);
    boolean single = b.shape().rank() == 2;
    Shape batch = leading(y.shape());
    rows = single ? a.shape().elements() / terms : a.shape().dim(-2);
    aMatrix = single ? new int[1] : Strides.repeated(leading(a.shape()), batch);
    bMatrix = single ? new int[1] : Strides.repeated(leading(b.shape()), batch);
  }

  /** The matrices of a step whose operands have at least two dimensions and one term. */
  public static MatrixProducts of(Step step, Binding binding) {
    return new MatrixProducts(step, binding);
  }

  /** Whether the right operand of a Gemm or MatMul is stored with its columns as rows. */
  public static boolean isTransposed(Step step) {
    return switch (step.op()) {
      case Op.Gemm gemm -> gemm.transB();
      case Op.MatMul matMul -> matMul.transB();
      default -> throw new IllegalStateException(step.describe());
    };
  }

  /** Stores tiles of a Gemm's or MatMul's output, scaled by alpha and with the bias of columns. */
  public static TileWriter writer(Step step, Binding binding) {
    int columns = step.output().shape().dim(-1);
    float scale = step.op() instanceof Op.Gemm gemm ? gemm.alpha() : 1f;
    TileEpilogue epilogue =
        TileEpilogue.of(
            step,
            binding,
            TileStage.Channels.COLUMNS,
            columns,
            TileEpilogue.columnBias(step),
            scale);
    return new TileWriter(epilogue, columns, 0, (long) columns * Float.BYTES);
  }

  private static Shape leading(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
  }

  /** Left operand: batch x rows x terms. */
  public Tensor a() {
    return a;
  }

  /** Right operand: batch x terms x columns, or batch x columns x terms if {@link #transB}. */
  public Tensor b() {
    return b;
  }

  /** Output: batch x rows x columns. */
  public Tensor y() {
    return y;
  }

  public boolean transB() {
    return transB;
  }

  /** Rows of one left matrix; of all of them if the right operand is a single matrix. */
  public int rows() {
    return rows;
  }

  /** Products in each output. */
  public int terms() {
    return terms;
  }

  public int columns() {
    return columns;
  }

  /** For each matrix of the output, the index of its left matrix. */
  public int[] aMatrix() {
    return aMatrix;
  }

  /** For each matrix of the output, the index of its right matrix. */
  public int[] bMatrix() {
    return bMatrix;
  }

  /** How many right matrices there are. */
  public int rightMatrices() {
    return b.shape().elements() / terms / columns;
  }
}
