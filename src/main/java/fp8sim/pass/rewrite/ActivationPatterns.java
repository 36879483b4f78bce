package fp8sim.pass.rewrite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Activation functions that exporters write as products: GELU (with erf or tanh), SiLU, Mish,
 * hard-swish and hard-sigmoid.
 */
final class ActivationPatterns implements Rewrite {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBIC = 0.044715;

  @Override
  public void apply(GraphEditor graph, Node node) {
    if (!(node.op() instanceof Op.Binary op)
        || (op.function() != BinaryFunction.MUL && op.function() != BinaryFunction.DIV)) {
      return;
    }
    Product product = Product.of(graph, node.output());
    List<String> factors = product.factors();
    if (factors.size() == 1 && isShiftedClamp(graph, factors.getFirst(), product)) {
      Node clamp = graph.producer(factors.getFirst());
      String x = clamp == null ? null : shifted(graph, clamp.input(0), 3);
      if (x != null) {
        replace(graph, node, new Op.Unary(UnaryFunction.HARD_SIGMOID, 1f / 6, 0.5f), x);
      }
    } else if (factors.size() == 2) {
      for (int i = 0; i < 2; i++) {
        String x = factors.get(i);
        UnaryFunction function = gated(graph, x, factors.get(1 - i), product);
        if (function != null && graph.has(node)) {
          replace(graph, node, new Op.Unary(function), x);
        }
      }
    }
  }

  private static void replace(GraphEditor graph, Node node, Op.Unary function, String x) {
    if (graph.type(x).equals(graph.type(node.output()))) {
      graph.replace(node, function, List.of(x));
    }
  }

  /** The function that {@code product = coefficient * x * gate} is. */
  private static @Nullable UnaryFunction gated(
      GraphEditor graph, String x, String gate, Product product) {
    Node node = graph.producer(gate);
    if (node == null) {
      return null;
    }
    boolean plain = Scalar.isAbout(product.coefficient(), 1);
    if (node.op() instanceof Op.Unary op) {
      boolean ofX = node.input(0).equals(x);
      return switch (op.function()) {
        case SIGMOID -> plain && ofX ? UnaryFunction.SILU : null;
        case HARD_SIGMOID ->
            plain && ofX && Scalar.isAbout(op.alpha(), 1 / 6.0) && op.beta() == 0.5f
                ? UnaryFunction.HARD_SWISH
                : null;
        case CLAMP ->
            isShiftedClamp(graph, gate, product) && x.equals(shifted(graph, node.input(0), 3))
                ? UnaryFunction.HARD_SWISH
                : null;
        case TANH -> {
          Node inner = graph.producer(node.input(0), UnaryFunction.SOFTPLUS);
          yield plain && inner != null && inner.input(0).equals(x) ? UnaryFunction.MISH : null;
        }
        default -> null;
      };
    }
    return gelu(graph, x, gate, product.coefficient());
  }

  /** {@code coefficient * clamp(x + 3, 0, 6)} with coefficient 1/6. */
  private static boolean isShiftedClamp(GraphEditor graph, String value, Product product) {
    Node node = graph.producer(value, UnaryFunction.CLAMP);
    return node != null
        && node.op() instanceof Op.Unary op
        && op.alpha() == 0
        && op.beta() == 6
        && Scalar.isAbout(product.coefficient(), 1 / 6.0);
  }

  /** The x of {@code x + constant}. */
  private static @Nullable String shifted(GraphEditor graph, String value, double constant) {
    Node node = graph.producer(value, BinaryFunction.ADD);
    if (node == null) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      if (Scalar.isAbout(Scalar.of(graph, node.input(i)), constant)) {
        return node.input(1 - i);
      }
    }
    return null;
  }

  /** The gate is {@code a + b * f(..)} with {@code coefficient * a = coefficient * b = 0.5}. */
  private static @Nullable UnaryFunction gelu(
      GraphEditor graph, String x, String gate, double coefficient) {
    Affine sum = Affine.of(graph, gate);
    if (sum == null
        || sum.product().factors().size() != 1
        || !Scalar.isAbout(coefficient * sum.constant(), 0.5)
        || !Scalar.isAbout(coefficient * sum.product().coefficient(), 0.5)) {
      return null;
    }
    Node function = graph.producer(sum.product().factors().getFirst());
    if (function == null || !(function.op() instanceof Op.Unary op)) {
      return null;
    }
    Product argument = Product.of(graph, function.input(0));
    return switch (op.function()) {
      case ERF -> argument.is(SQRT_HALF, x) ? UnaryFunction.GELU : null;
      case TANH -> isCubic(graph, argument, x) ? UnaryFunction.GELU_TANH : null;
      default -> null;
    };
  }

  /**
   * {@code sqrt(2/pi) * (x + 0.044715 x^3)}, also as {@code sqrt(2/pi) * x * (1 + 0.044715 x^2)}.
   */
  private static boolean isCubic(GraphEditor graph, Product argument, String x) {
    if (!Scalar.isAbout(argument.coefficient(), SQRT_TWO_OVER_PI)) {
      return false;
    }
    List<String> factors = argument.factors();
    if (factors.size() == 1) {
      Node sum = graph.producer(factors.getFirst(), BinaryFunction.ADD);
      return sum != null && (isCube(graph, sum, 0, x) || isCube(graph, sum, 1, x));
    }
    if (factors.size() != 2 || !factors.contains(x)) {
      return false;
    }
    Affine sum = Affine.of(graph, factors.get(factors.getFirst().equals(x) ? 1 : 0));
    return sum != null && sum.constant() == 1 && sum.product().is(GELU_CUBIC, x, 2);
  }

  private static boolean isCube(GraphEditor graph, Node sum, int position, String x) {
    return sum.input(1 - position).equals(x)
        && Product.of(graph, sum.input(position)).is(GELU_CUBIC, x, 3);
  }
}
