package fp8sim.plan;

import fp8sim.graph.Op;
import fp8sim.quant.QuantizerId;

/**
 * An element-wise operation on a step's finished float32 result, in the order of {@link
 * Step#epilogue()}. A kernel may apply it while the result is still in registers: each operation
 * rounds to float32 exactly as it would on its own.
 */
public sealed interface Epilogue {
  /**
   * BatchNormalization: {@code y * alpha[c] + beta[c]}, where c is the index along {@code axis} of
   * the output.
   *
   * @param fused whether it is rounded once; else the product is rounded, then the sum
   */
  record Affine(int axis, Operand.Constant alpha, Operand.Constant beta, boolean fused)
      implements Epilogue {}

  /** {@code y + bias[c]}, c being the index along {@code axis} of the output. */
  record Bias(int axis, Operand.Constant bias) implements Epilogue {}

  /** {@code y + other}, element by element; {@code other} has the shape of the output. */
  record Residual(Operand other) implements Epilogue {}

  /** A function of one argument. */
  record Activation(Op.Unary unary) implements Epilogue {}

  /** The nearest value that the quantizer represents; its range is fixed. */
  record FakeQuantize(QuantizerId quantizer) implements Epilogue {}
}
