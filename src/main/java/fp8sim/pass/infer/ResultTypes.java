package fp8sim.pass.infer;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Types of results whose shape depends on the contents of the operands. */
public final class ResultTypes {
  private ResultTypes() {}

  /**
   * The types of a node's outputs.
   *
   * @param operands contents of its inputs
   */
  public static List<TensorType> of(Node node, List<Tensor> operands) {
    return switch (node.op()) {
      case Op.NonZero _ -> {
        Tensor x = operands.getFirst();
        yield List.of(
            new TensorType(DataType.INT64, Shape.of(Math.max(1, x.shape().rank()), nonZeros(x))));
      }
      default -> throw new IllegalStateException(node.describe() + " has types before it runs");
    };
  }

  private static int nonZeros(Tensor x) {
    int count = 0;
    for (int i = 0; i < x.shape().elements(); i++) {
      count += ConstantElements.number(x, i) != 0 ? 1 : 0;
    }
    return count;
  }
}
