package fp8sim.onnx;

import fp8sim.graph.Op;
import java.util.function.Function;

/**
 * How an operator is read in a range of opsets.
 *
 * @param domain empty for ONNX's own operators
 * @param opsets those of this form
 * @param inputs how many inputs there may be
 * @param outputs outputs that may be there; the first must
 */
record OperatorVersion(
    String domain, String name, Bounds opsets, Bounds inputs, int outputs, Converter converter) {

  /** Numbers from one to another, both included. */
  record Bounds(int least, int most) {
    boolean contain(long number) {
      return least <= number && number <= most;
    }
  }

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

  /**
   * An operator of one output.
   *
   * @param since first opset of this form
   * @param until last opset of this form
   * @param minInputs inputs that must be there
   * @param maxInputs inputs that may be there
   */
  static OperatorVersion of(
      String name, int since, int until, int minInputs, int maxInputs, Converter converter) {
    Bounds opsets = new Bounds(since, until);
    return new OperatorVersion("", name, opsets, new Bounds(minInputs, maxInputs), 1, converter);
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
    return new OperatorVersion(domain, name, opsets, inputs, count, converter);
  }

  OperatorVersion inDomain(String other) {
    return new OperatorVersion(other, name, opsets, inputs, outputs, converter);
  }
}
