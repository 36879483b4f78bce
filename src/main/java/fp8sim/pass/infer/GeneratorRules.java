package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;

/** Types of operators whose result does not depend on the elements of an activation. */
final class GeneratorRules {
  private GeneratorRules() {}

  static Inferred constantOfShape(Op.ConstantOfShape op, Operands in) {
    return Inferred.of(op, in, op.value().type(), Shape.of(in.longs(0, "shape")));
  }

  static Inferred eyeLike(Op.EyeLike op, Operands in) {
    in.requireRank(0, "input", 2, 2);
    DataType given = op.type();
    DataType type = given == null ? in.element(0) : given;
    if (type.isSmallFloat()) {
      throw in.error("makes numbers of type " + type);
    }
    return Inferred.of(new Op.EyeLike(type, op.k()), in, type, in.shape(0));
  }

  static Inferred range(Op.Range op, Operands in) {
    in.requireNumber(0);
    in.requireSameType(1, 2);
    double[] bounds = new double[3];
    for (int i = 0; i < 3; i++) {
      Tensor bound = in.known(i, "length");
      if (bound.shape().elements() != 1 || !ConstantElements.isReadable(bound.type())) {
        throw in.error("bound %d is %s %s".formatted(i, bound.type(), bound.shape()));
      }
      bounds[i] = ConstantElements.number(bound, 0);
    }
    double count = Math.ceil((bounds[1] - bounds[0]) / bounds[2]);
    if (bounds[2] == 0 || Double.isNaN(count) || count > Integer.MAX_VALUE) {
      throw in.error("counts from %s to %s by %s".formatted(bounds[0], bounds[1], bounds[2]));
    }
    return Inferred.of(op, in, in.element(0), Shape.of((int) Math.max(0, count)));
  }

  static Inferred shapeOf(Op.ShapeOf op, Operands in) {
    int[] part = shapePart(op, in.shape(0));
    return Inferred.of(op, in, DataType.INT64, Shape.of(part.length));
  }

  static Inferred size(Op.Size op, Operands in) {
    return Inferred.of(op, in, DataType.INT64, Shape.SCALAR);
  }

  /** The dimensions that ONNX's Shape gives. */
  static int[] shapePart(Op.ShapeOf op, Shape shape) {
    int rank = shape.rank();
    Integer givenEnd = op.end();
    int start = clamp(op.start(), rank);
    int end = givenEnd == null ? rank : clamp(givenEnd, rank);
    return Arrays.copyOfRange(shape.dims(), start, Math.max(start, end));
  }

  private static int clamp(int position, int rank) {
    return Math.clamp(position < 0 ? position + rank : position, 0, rank);
  }
}
