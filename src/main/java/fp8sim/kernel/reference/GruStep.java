package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.numerics.FloatMath;

/**
 * {@code z = f(x_z + h R_z' + b_z)}, {@code r = f(x_r + h R_r' + b_r)}, {@code n = g(x_h + (r h)
 * R_h' + b_h)} or, with {@code linear_before_reset}, {@code n = g(x_h + r (h R_h' + b_h))}, {@code
 * H = (1 - z) n + z h}. Blocks lie in the order z, r, h.
 */
final class GruStep extends RecurrentStep {
  private final boolean linearBeforeReset;

  GruStep(Op.Recurrence op, RecurrentParameters parameters, Arithmetic a, FloatMath floatMath) {
    super(op, parameters, a, floatMath);
    this.linearBeforeReset = op.linearBeforeReset();
  }

  @Override
  void advance(double[] x, double[] h, double[] c) {
    for (int row = 0; row < 2 * hidden; row++) {
      x[row] = activate(0, a.add(x[row], recurrent(row, h)));
    }
    double[] reset = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      reset[j] = a.multiply(x[hidden + j], h[j]);
    }
    double[] next = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      int row = 2 * hidden + j;
      double share =
          linearBeforeReset ? a.multiply(x[hidden + j], recurrent(row, h)) : recurrent(row, reset);
      next[j] = activate(1, a.add(x[row], share));
    }
    for (int j = 0; j < hidden; j++) {
      h[j] = a.add(a.multiply(a.subtract(1, x[j]), next[j]), a.multiply(x[j], h[j]));
    }
  }
}
