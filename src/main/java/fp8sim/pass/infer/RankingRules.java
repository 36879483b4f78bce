package fp8sim.pass.infer;

import fp8sim.common.DisplayText;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Types of operators that rank elements or mark positions, and of Det. */
final class RankingRules {
  private RankingRules() {}

  /** The k operand in normal form: an int64 vector of one element. */
  static Inferred topK(Op.TopK op, Operands in) {
    in.requireNumber(0);
    int axis = in.axis(op.axis(), in.rank(0));
    long[] k = in.longs(1, "k");
    if (k.length != 1 || k[0] < 0 || k[0] > in.shape(0).dim(axis)) {
      throw in.error(
          "k is %s for axis %d of shape %s"
              .formatted(DisplayText.name(Arrays.toString(k)), axis, in.shape(0)));
    }
    Shape shape = in.shape(0).with(axis, (int) k[0]);
    return new Inferred(
        new Op.TopK(axis, op.largest()),
        List.of(in.names().getFirst(), in.add("k", k)),
        List.of(new TensorType(in.element(0), shape), new TensorType(DataType.INT64, shape)));
  }

  static Inferred hardmax(Op.Hardmax op, Operands in) {
    in.requireFloating(0);
    return ElementwiseRules.sameAsInput(new Op.Hardmax(in.axis(op.axis(), in.rank(0))), in);
  }

  /** The depth operand in normal form: an int64 vector of one element. */
  static Inferred oneHot(Op.OneHot op, Operands in) {
    in.requireNumber(0);
    in.requireShape(2, "values", Shape.of(2));
    Tensor depth = in.known(1, "depth");
    if (depth.shape().elements() != 1 || !ConstantElements.isReadable(depth.type())) {
      throw in.error("depth is %s %s".formatted(depth.type(), depth.shape()));
    }
    double size = ConstantElements.number(depth, 0);
    if (!(size >= 0 && size <= Integer.MAX_VALUE)) {
      throw in.error("depth is " + size);
    }
    int axis = in.axis(op.axis(), in.rank(0) + 1);
    int[] indices = in.shape(0).dims();
    int[] dims = Arrays.copyOf(indices, indices.length + 1);
    System.arraycopy(indices, axis, dims, axis + 1, indices.length - axis);
    dims[axis] = (int) size;
    List<String> inputs =
        List.of(in.names().getFirst(), in.add("depth", dims[axis]), in.names().get(2));
    return Inferred.of(new Op.OneHot(axis), inputs, in.element(2), Shape.of(dims));
  }

  static Inferred determinant(Op.Det op, Operands in) {
    in.requireFloating(0);
    in.requireRank(0, "input", 2, Integer.MAX_VALUE);
    Shape x = in.shape(0);
    if (x.dim(-1) != x.dim(-2)) {
      throw in.error("matrices of shape %s are not square".formatted(x));
    }
    return Inferred.of(op, in, in.element(0), Shape.of(Arrays.copyOf(x.dims(), x.rank() - 2)));
  }
}
