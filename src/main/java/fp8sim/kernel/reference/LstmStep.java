package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.numerics.FloatMath;

/**
 * {@code i = f(x_i + h R_i' + b_i + p_i c)}, {@code f = f(x_f + h R_f' + b_f + p_f c)}, {@code C =
 * f c + i g(x_c + h R_c' + b_c)}, {@code o = f(x_o + h R_o' + b_o + p_o C)}, {@code H = o h(C)};
 * with {@code input_forget}, {@code f = 1 - i}. Blocks lie in the order i, o, f, c; peepholes i, o,
 * f.
 */
final class LstmStep extends RecurrentStep {
  private final boolean inputForget;

  LstmStep(Op.Recurrence op, RecurrentParameters parameters, Arithmetic a, FloatMath floatMath) {
    super(op, parameters, a, floatMath);
    this.inputForget = op.inputForget();
  }

  @Override
  void advance(double[] x, double[] h, double[] c) {
    for (int row = 0; row < 4 * hidden; row++) {
      x[row] = a.add(x[row], recurrent(row, h));
    }
    for (int j = 0; j < hidden; j++) {
      double i = activate(0, peep(x[j], j, c[j]));
      double f =
          inputForget
              ? a.subtract(1, i)
              : activate(0, peep(x[2 * hidden + j], 2 * hidden + j, c[j]));
      double g = activate(1, x[3 * hidden + j]);
      c[j] = a.add(a.multiply(f, c[j]), a.multiply(i, g));
      double o = activate(0, peep(x[hidden + j], hidden + j, c[j]));
      h[j] = a.multiply(o, apply(2, c[j]));
    }
  }

  private double peep(double x, int at, double c) {
    double[] p = parameters.peepholes();
    return p.length == 0 ? x : a.add(x, a.multiply(p[at], c));
  }
}
