package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.numerics.FloatMath;

/** {@code H = f(x + h R' + b)}. */
final class RnnStep extends RecurrentStep {
  RnnStep(Op.Recurrence op, RecurrentParameters parameters, Arithmetic a, FloatMath floatMath) {
    super(op, parameters, a, floatMath);
  }

  @Override
  void advance(double[] x, double[] h, double[] c) {
    for (int row = 0; row < hidden; row++) {
      x[row] = activate(0, a.add(x[row], recurrent(row, h)));
    }
    System.arraycopy(x, 0, h, 0, hidden);
  }
}
