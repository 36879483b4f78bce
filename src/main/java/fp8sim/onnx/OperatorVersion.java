package fp8sim.onnx;

import fp8sim.graph.Op;
import java.util.function.Function;

/**
 * How an operator is read in a range of opsets.
 *
 * @param domain empty for ONNX's own operators
 * @param since first opset of this form
 * @param until last opset of this form
 * @param minInputs inputs that must be there
 * @param maxInputs inputs that may be there
 * @param outputs outputs that may be there; the first must
 */
record OperatorVersion(
    String domain,
    String name,
    int since,
    int until,
    int minInputs,
    int maxInputs,
    int outputs,
    Converter converter) {

  /** Any number of inputs or outputs. */
  static final int MANY = Integer.MAX_VALUE;

  /** Turns a node of the model into nodes of the graph. */
  @FunctionalInterface
  interface Converter {
    void convert(NodeImport node);

    /** One node becomes one node with the same inputs and outputs. */
    static Converter of(Function<NodeImport, Op> op) {
      return node -> node.emit(op.apply(node));
    }
  }

  /** An operator of one output. */
  static OperatorVersion of(
      String name, int since, int until, int minInputs, int maxInputs, Converter converter) {
    return new OperatorVersion("", name, since, until, minInputs, maxInputs, 1, converter);
  }

  /** An operator of one output whose nodes become one node each. */
  static OperatorVersion op(
      String name,
      int since,
      int until,
      int minInputs,
      int maxInputs,
      Function<NodeImport, Op> op) {
    return of(name, since, until, minInputs, maxInputs, Converter.of(op));
  }

  OperatorVersion withOutputs(int count) {
    return new OperatorVersion(domain, name, since, until, minInputs, maxInputs, count, converter);
  }

  OperatorVersion inDomain(String other) {
    return new OperatorVersion(other, name, since, until, minInputs, maxInputs, outputs, converter);
  }
}
