package fp8sim.pass.infer;

import fp8sim.tensor.Shape;
import java.util.List;

/** ONNX's multidirectional broadcasting. */
final class BroadcastRule {
  private BroadcastRule() {}

  /** The common shape of the inputs of a node. */
  static Shape of(Operands operands, List<Shape> shapes) {
    Shape result = shapes.getFirst();
    for (Shape shape : shapes.subList(1, shapes.size())) {
      result = of(operands, result, shape);
    }
    return result;
  }

  static Shape of(Operands operands, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      int p = dim(a, i - rank + a.rank());
      int q = dim(b, i - rank + b.rank());
      if (p != q && p != 1 && q != 1) {
        throw operands.error("shapes %s and %s cannot be broadcast".formatted(a, b));
      }
      dims[i] = p == 1 ? q : p;
    }
    return Shape.of(dims);
  }

  /** Fails unless {@code small} broadcasts to {@code large} without changing it. */
  static void requireOneWay(Operands operands, String role, Shape small, Shape large) {
    if (small.rank() > large.rank() || !of(operands, small, large).equals(large)) {
      throw operands.error(
          "%s of shape %s cannot be broadcast to %s".formatted(role, small, large));
    }
  }

  private static int dim(Shape shape, int axis) {
    return axis < 0 ? 1 : shape.dim(axis);
  }
}
