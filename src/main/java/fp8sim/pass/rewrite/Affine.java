package fp8sim.pass.rewrite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import org.jspecify.annotations.Nullable;

/** A value seen as {@code constant + product}. */
record Affine(double constant, Product product) {

  /** The value in this form; null if it is no sum of a constant and something else. */
  static @Nullable Affine of(GraphEditor graph, String value) {
    Node node = graph.producer(value, BinaryFunction.ADD);
    if (node == null) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      double constant = Scalar.of(graph, node.input(i));
      if (!Double.isNaN(constant)) {
        return new Affine(constant, Product.of(graph, node.input(1 - i)));
      }
    }
    return null;
  }

  /** Whether this is {@code constant + value}. */
  boolean is(double expected, String value) {
    return Scalar.isAbout(constant, expected) && product.is(1, value);
  }
}
