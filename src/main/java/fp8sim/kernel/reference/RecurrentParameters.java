package fp8sim.kernel.reference;

import fp8sim.numerics.FloatMath;

/**
 * Constants of a recurrent cell.
 *
 * @param hidden elements of the state, H
 * @param r weights, {@code gates*H} rows of H
 * @param bias second half of ONNX's B, one per row of r
 * @param peepholes LSTM's P: H each for i, o and f; empty if there is none
 */
record RecurrentParameters(int hidden, double[] r, double[] bias, double[] peepholes) {

  /**
   * {@code sum of h[k] * r[row][k]}, k = 0, 1, ..., starting at +0; float32 is added in float32.
   *
   * @param h the state, or what takes its place
   */
  double product(int row, double[] h, Arithmetic arithmetic, FloatMath floatMath) {
    int from = row * hidden;
    if (arithmetic == Arithmetic.DOUBLE) {
      double sum = 0;
      for (int k = 0; k < hidden; k++) {
        sum += h[k] * r[from + k];
      }
      return sum;
    }
    float sum = 0;
    for (int k = 0; k < hidden; k++) {
      float a = (float) h[k];
      float b = (float) r[from + k];
      sum = floatMath == FloatMath.FUSED ? Math.fma(a, b, sum) : sum + a * b;
    }
    return sum;
  }
}
