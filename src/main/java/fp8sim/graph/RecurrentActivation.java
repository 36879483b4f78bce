package fp8sim.graph;

import org.jspecify.annotations.Nullable;

/**
 * An activation function of a recurrent cell: {@code outer(function(inner * x))}, in which {@code
 * outer} and {@code inner} are factors, 1 but for ONNX's {@code ScaledTanh}; {@code Affine} is
 * {@code outer * x + shift}.
 *
 * @param function applied in the middle; null for {@code Affine}
 * @param outer factor of the result
 * @param inner factor of the argument
 * @param shift added at the end
 */
public record RecurrentActivation(
    Op.@Nullable Unary function, float outer, float inner, float shift) {

  /** A function without factors. */
  public static RecurrentActivation of(UnaryFunction function, float alpha, float beta) {
    return new RecurrentActivation(new Op.Unary(function, alpha, beta), 1, 1, 0);
  }

  /** {@code alpha * tanh(beta * x)}. */
  public static RecurrentActivation scaledTanh(float alpha, float beta) {
    return new RecurrentActivation(new Op.Unary(UnaryFunction.TANH), alpha, beta, 0);
  }

  /** {@code alpha * x + beta}. */
  public static RecurrentActivation affine(float alpha, float beta) {
    return new RecurrentActivation(null, alpha, 1, beta);
  }
}
