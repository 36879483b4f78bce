package fp8sim.pass.rewrite;

import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.Tensor;

/** Constants of one floating-point element, and how closely exporters write them. */
final class Scalar {
  /** Constants such as sqrt(2) come with 4 to 17 digits, or in float16. */
  private static final double TOLERANCE = 5e-4;

  private Scalar() {}

  /** The value of a constant of one element; NaN if the value is no such constant. */
  static double of(GraphEditor graph, String value) {
    Tensor tensor = graph.constant(value);
    return tensor != null
            && tensor.shape().elements() == 1
            && ConstantElements.isReadable(tensor.type())
        ? ConstantElements.number(tensor, 0)
        : Double.NaN;
  }

  /** Whether a constant is meant to be {@code expected}; never for NaN. */
  static boolean isAbout(double actual, double expected) {
    return Math.abs(actual - expected) <= TOLERANCE * Math.abs(expected);
  }
}
