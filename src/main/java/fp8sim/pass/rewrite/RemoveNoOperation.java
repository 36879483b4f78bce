package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Removes nodes whose output is their first input. */
final class RemoveNoOperation implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    if (doesNothing(graph, node) && node.outputs().size() == 1) {
      graph.bypass(node, node.input(0));
    }
  }

  private static boolean doesNothing(GraphEditor graph, Node node) {
    if (node.inputs().isEmpty() || node.output().isEmpty()) {
      return false;
    }
    return switch (node.op()) {
      case Op.Identity _ -> !(graph.isOutput(node.output()) && staysOutput(graph, node.input(0)));
      case Op.Concat _ -> node.inputs().size() == 1;
      case Op.Cast _ -> graph.type(node.input(0)).equals(graph.type(node.output()));
      // These keep the order of elements, so the same shape means the same tensor.
      case Op.Reshape _,
          Op.Flatten _,
          Op.Squeeze _,
          Op.Unsqueeze _,
          Op.Expand _,
          Op.Tile _,
          Op.Split _ ->
          sameShape(graph, node);
      case Op.Transpose op -> onlyMovesOnes(op.perm(), graph.shape(node.input(0)), true);
      case Op.Pad _ -> sameShape(graph, node) && isZero(graph.constant(node.input(1)));
      case Op.Slice _ -> sameShape(graph, node) && !isNegative(graph.constant(node.input(4)));
      default -> false;
    };
  }

  /** An output that is an input, a constant or a second name of an output needs its Identity. */
  private static boolean staysOutput(GraphEditor graph, String value) {
    return graph.isGiven(value) || graph.isOutput(value);
  }

  private static boolean sameShape(GraphEditor graph, Node node) {
    return graph.shape(node.input(0)).equals(graph.shape(node.output()));
  }

  /**
   * Whether a permutation leaves the elements in order, as it moves axes of size 1 only.
   *
   * @param sameShape whether the shape must be the same, too
   */
  static boolean onlyMovesOnes(List<Integer> perm, Shape shape, boolean sameShape) {
    int last = -1;
    for (int i = 0; i < perm.size(); i++) {
      if (shape.dim(perm.get(i)) != 1) {
        if (perm.get(i) < last) {
          return false;
        }
        last = perm.get(i);
      }
      if (sameShape && shape.dim(perm.get(i)) != shape.dim(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(@Nullable Tensor tensor) {
    if (tensor != null) {
      for (long value : ConstantElements.longs(tensor)) {
        if (value != 0) {
          return false;
        }
      }
    }
    return tensor != null;
  }

  private static boolean isNegative(@Nullable Tensor tensor) {
    if (tensor != null) {
      for (long value : ConstantElements.longs(tensor)) {
        if (value < 0) {
          return true;
        }
      }
    }
    return tensor == null;
  }
}
