package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.List;

/**
 * What a rule finds out about a node.
 *
 * @param op the operator with nothing left open: axes not negative, windows resolved
 * @param inputs the inputs, with operands that determine the shape in normal form
 * @param outputs one type per output
 */
record Inferred(Op op, List<String> inputs, List<TensorType> outputs) {
  static Inferred of(Op op, Operands operands, DataType type, Shape shape) {
    return new Inferred(op, operands.names(), List.of(new TensorType(type, shape)));
  }

  static Inferred of(Op op, List<String> inputs, DataType type, Shape shape) {
    return new Inferred(op, inputs, List.of(new TensorType(type, shape)));
  }
}
