package fp8sim.plan;

import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** Constants with one value per channel. */
final class ChannelConstants {
  private ChannelConstants() {}

  /**
   * The one axis of {@code target} along which a constant varies when it is broadcast, or -1 if
   * there is none or more than one.
   */
  static int axis(Shape constant, Shape target) {
    int offset = target.rank() - constant.rank();
    int axis = -1;
    for (int i = 0; i < constant.rank(); i++) {
      if (constant.dim(i) != 1) {
        if (axis >= 0 || offset + i < 0 || target.dim(offset + i) != constant.dim(i)) {
          return -1;
        }
        axis = offset + i;
      }
    }
    return axis;
  }

  static Tensor flatten(Tensor tensor) {
    return tensor.reshape(Shape.of(tensor.shape().elements()));
  }

  /**
   * BatchNormalization as {@code x * alpha + beta}, in float32 (docs/semantics.md section 4):
   * {@code alpha = scale * (1 / sqrt(variance + epsilon))}, {@code beta = bias - mean * alpha}.
   */
  static Epilogue.Affine affine(
      Tensor scale, Tensor bias, Tensor mean, Tensor variance, float epsilon, boolean fused) {
    float[] gamma = scale.toFloats();
    float[] beta = bias.toFloats();
    float[] mu = mean.toFloats();
    float[] var = variance.toFloats();
    float[] alpha = new float[gamma.length];
    float[] shift = new float[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      alpha[c] = gamma[c] * (1f / (float) Math.sqrt(var[c] + epsilon));
      shift[c] = beta[c] - mu[c] * alpha[c];
    }
    Shape channels = Shape.of(gamma.length);
    return new Epilogue.Affine(
        1,
        new Operand.Constant(Tensor.ofFloats(channels, alpha)),
        new Operand.Constant(Tensor.ofFloats(channels, shift)),
        fused);
  }
}
