package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.graph.UnaryFunction;

/**
 * {@code Swish} of x, {@code x * sigmoid(alpha * x)}, or with {@code gated} ONNX's {@code SwiGLU}:
 * {@code a, b -> Swish(a) * b}.
 */
public record SwishGate(String onnxName, float alpha, boolean gated) implements CompositeOperator {
  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    f.requireFloating(0, "the input");
    if (gated) {
      f.requireType(1, "B", f.type(f.input(0)));
      f.requireShape(f.input(1), "B", f.shape(f.input(0)));
    }
    String swish = swish(f, f.input(0), alpha);
    f.give(0, gated ? f.multiply("gated", swish, f.input(1)) : swish);
  }

  static String swish(Formula f, String x, float alpha) {
    if (alpha == 1) {
      return f.unary("swish", UnaryFunction.SILU, x);
    }
    String sigmoid = f.unary("sigmoid", UnaryFunction.SIGMOID, f.scaled("scaled", x, alpha));
    return f.multiply("swish", x, sigmoid);
  }
}
