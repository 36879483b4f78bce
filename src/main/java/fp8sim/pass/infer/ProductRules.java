package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Types of matrix products. */
final class ProductRules {
  private ProductRules() {}

  static Inferred gemm(Op.Gemm op, Operands in) {
    in.requireRank(0, "A", 2, 2);
    in.requireRank(1, "B", 2, 2);
    in.requireNumber(0);
    in.requireSameType(1, 2);
    int m = in.shape(0).dim(op.transA() ? 1 : 0);
    int k = in.shape(0).dim(op.transA() ? 0 : 1);
    int n = in.shape(1).dim(op.transB() ? 0 : 1);
    requireEqualDepth(in, k, in.shape(1).dim(op.transB() ? 1 : 0));
    Shape shape = Shape.of(m, n);
    if (in.has(2)) {
      BroadcastRule.requireOneWay(in, "C", in.shape(2), shape);
    }
    return Inferred.of(op, in, in.element(0), shape);
  }

  static Inferred matMul(Op.MatMul op, Operands in) {
    in.requireRank(0, "A", 1, Integer.MAX_VALUE);
    in.requireRank(1, "B", 1, Integer.MAX_VALUE);
    in.requireNumber(0);
    in.requireSameType(1);
    Shape a = in.shape(0);
    Shape b = in.shape(1);
    boolean row = a.rank() == 1;
    boolean column = b.rank() == 1;
    requireEqualDepth(in, a.dim(-1), column || op.transB() ? b.dim(-1) : b.dim(-2));
    Shape batch = BroadcastRule.of(in, batch(a), batch(b));
    int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + (row ? 0 : 1) + (column ? 0 : 1));
    int next = batch.rank();
    if (!row) {
      dims[next++] = a.dim(-2);
    }
    if (!column) {
      dims[next] = op.transB() ? b.dim(-2) : b.dim(-1);
    }
    Op.MatMul resolved = new Op.MatMul(op.transB() && !column); // a vector has no transpose
    return Inferred.of(resolved, in, in.element(0), Shape.of(dims));
  }

  static Inferred attention(Op.Attention op, Operands in) {
    in.requireFloating(0);
    in.requireSameType(1, 2, 3);
    for (int i = 0; i < 3; i++) {
      in.requireRank(i, "operand " + i, 2, Integer.MAX_VALUE);
    }
    requireEqualDepth(in, in.shape(0).dim(-1), in.shape(1).dim(-1));
    requireEqualDepth(in, in.shape(1).dim(-2), in.shape(2).dim(-2));
    Shape scores =
        matrix(
            BroadcastRule.of(in, batch(in.shape(0)), batch(in.shape(1))),
            in.shape(0).dim(-2),
            in.shape(1).dim(-2));
    if (in.has(3)) {
      BroadcastRule.requireOneWay(in, "mask", in.shape(3), scores);
    }
    Shape batch = BroadcastRule.of(in, batch(scores), batch(in.shape(2)));
    Shape shape = matrix(batch, in.shape(0).dim(-2), in.shape(2).dim(-1));
    return Inferred.of(op, in, in.element(0), shape);
  }

  /** Types and shapes are as its importer makes them. */
  static Inferred linearAttention(Op.LinearAttention op, Operands in) {
    in.requireType(0, DataType.FLOAT);
    in.requireSameType(1, 2, 3, 4, 5);
    Shape y = in.shape(0).with(3, in.shape(2).dim(3));
    return new Inferred(
        op,
        in.names(),
        List.of(new TensorType(DataType.FLOAT, y), new TensorType(DataType.FLOAT, in.shape(3))));
  }

  private static void requireEqualDepth(Operands in, int a, int b) {
    if (a != b) {
      throw in.error(
          "shapes %s and %s do not fit: inner dimensions %d and %d"
              .formatted(in.shape(0), in.shape(1), a, b));
    }
  }

  private static Shape batch(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.dims(), Math.max(0, shape.rank() - 2)));
  }

  private static Shape matrix(Shape batch, int rows, int columns) {
    int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
    dims[batch.rank()] = rows;
    dims[batch.rank() + 1] = columns;
    return Shape.of(dims);
  }
}
