package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Makes a Clip of float32 with constant bounds a function of one argument. */
final class ClipToClamp implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    if (!(node.op() instanceof Op.Clip) || graph.type(node.input(0)).type() != DataType.FLOAT) {
      return;
    }
    float[] bounds = {-Float.MAX_VALUE, Float.MAX_VALUE};
    for (int i = 0; i < 2; i++) {
      if (node.hasInput(i + 1)) {
        Tensor bound = graph.constant(node.input(i + 1));
        if (bound == null) {
          return;
        }
        bounds[i] = (float) ConstantElements.number(bound, 0);
      }
    }
    Op.Unary clamp = new Op.Unary(UnaryFunction.CLAMP, bounds[0], bounds[1]);
    graph.replace(node, clamp, List.of(node.input(0)));
  }
}
