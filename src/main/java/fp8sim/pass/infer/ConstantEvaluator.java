package fp8sim.pass.infer;

import fp8sim.graph.Node;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computes nodes whose inputs are all known, for constant folding. */
@FunctionalInterface
public interface ConstantEvaluator {
  /**
   * Computes one node.
   *
   * @param node in the form that {@link ShapeInference} leaves behind
   * @param inputs one tensor per input; null where an optional input is absent
   * @param outputTypes the types of the results, one per output
   * @return the results in memory of their own, one per output
   */
  List<Tensor> evaluate(Node node, List<@Nullable Tensor> inputs, List<TensorType> outputTypes);
}
