package fp8sim.graph;

import java.util.List;

/**
 * An operator that smaller ones define, as ONNX's functions: its attributes, and how to write it
 * out once the types of its inputs are known.
 */
public interface CompositeOperator {
  /** The operator's name as in ONNX. */
  String onnxName();

  /**
   * Adds the nodes that compute the outputs.
   *
   * @throws fp8sim.common.Fp8simException (input) if the inputs do not fit the operator
   */
  void expand(Composition composition);

  /** Positions of inputs whose values, not only shapes, decide about shapes of outputs. */
  default List<Integer> shapeOperands() {
    return List.of();
  }
}
