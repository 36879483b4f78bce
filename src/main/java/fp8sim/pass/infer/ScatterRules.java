package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.graph.ScatterReduction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.Arrays;

/** Types of operators that write into a copy of their first input, or put its elements in order. */
final class ScatterRules {
  private ScatterRules() {}

  static Inferred elements(Op.ScatterElements op, Operands in) {
    int axis = SelectionRules.elementAxis(op.axis(), in);
    requireUpdates(op.reduction(), in);
    in.requireShape(2, "updates", in.shape(1));
    Op resolved = new Op.ScatterElements(axis, op.reduction());
    return Inferred.of(resolved, in, in.element(0), in.shape(0));
  }

  static Inferred slices(Op.ScatterND op, Operands in) {
    in.requireType(1, DataType.INT64);
    in.requireRank(1, "indices", 1, Integer.MAX_VALUE);
    requireUpdates(op.reduction(), in);
    Shape x = in.shape(0);
    Shape indices = in.shape(1);
    int tuple = indices.dim(-1);
    if (tuple < 1 || tuple > x.rank()) {
      throw in.error("indices of shape %s do not fit %s".formatted(indices, x));
    }
    int[] dims = Arrays.copyOf(indices.dims(), indices.rank() - 1 + x.rank() - tuple);
    System.arraycopy(x.dims(), tuple, dims, indices.rank() - 1, x.rank() - tuple);
    if (!in.shape(2).equals(Shape.of(dims))) {
      throw in.error("updates have shape %s instead of %s".formatted(in.shape(2), Shape.of(dims)));
    }
    return Inferred.of(op, in, in.element(0), x);
  }

  private static void requireUpdates(ScatterReduction reduction, Operands in) {
    in.requireType(2, in.element(0));
    if (reduction != ScatterReduction.NONE && in.element(0) != DataType.BOOL) {
      in.requireNumber(0);
    }
  }

  static Inferred reverseSequence(Op.ReverseSequence op, Operands in) {
    in.requireInteger(1);
    int batch = in.axis(op.batchAxis(), in.rank(0));
    int time = in.axis(op.timeAxis(), in.rank(0));
    if (batch == time) {
      throw in.error("axis %d is both batch and time".formatted(batch));
    }
    in.requireShape(1, "lengths", Shape.of(in.shape(0).dim(batch)));
    return Inferred.of(new Op.ReverseSequence(batch, time), in, in.element(0), in.shape(0));
  }
}
