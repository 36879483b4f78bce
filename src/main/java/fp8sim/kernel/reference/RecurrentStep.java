package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.graph.RecurrentActivation;
import fp8sim.numerics.FloatMath;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** One step of one sample in a recurrent cell; every operation rounds to the element type. */
abstract class RecurrentStep {
  final RecurrentParameters parameters;
  final int hidden;
  final Arithmetic a;
  private final FloatMath floatMath;
  private final double clip;
  private final DoubleUnaryOperator[] functions;

  RecurrentStep(
      Op.Recurrence op, RecurrentParameters parameters, Arithmetic a, FloatMath floatMath) {
    this.parameters = parameters;
    this.hidden = parameters.hidden();
    this.a = a;
    this.floatMath = floatMath;
    this.clip = op.clip();
    this.functions =
        op.activations().stream()
            .map(activation -> function(activation, a))
            .toArray(DoubleUnaryOperator[]::new);
  }

  static RecurrentStep of(
      Op.Recurrence op, RecurrentParameters parameters, Arithmetic a, FloatMath floatMath) {
    return switch (op.cell()) {
      case LSTM -> new LstmStep(op, parameters, a, floatMath);
      case GRU -> new GruStep(op, parameters, a, floatMath);
      case RNN -> new RnnStep(op, parameters, a, floatMath);
    };
  }

  /**
   * Computes the next state in place.
   *
   * @param x the gates' share of the input, which is overwritten
   * @param h state, H elements
   * @param c LSTM's cell state
   */
  abstract void advance(double[] x, double[] h, double[] c);

  /** Function {@code i} of the cell, of a clipped argument. */
  final double activate(int i, double x) {
    return apply(i, Math.min(Math.max(x, -clip), clip));
  }

  /** Function {@code i} of the cell. */
  final double apply(int i, double x) {
    return functions[i].applyAsDouble(x);
  }

  /** {@code (sum of h[k] * r[row][k]) + bias[row]}. */
  final double recurrent(int row, double[] h) {
    return a.add(product(row, h), parameters.bias()[row]);
  }

  final double product(int row, double[] h) {
    return parameters.product(row, h, a, floatMath);
  }

  private static DoubleUnaryOperator function(RecurrentActivation activation, Arithmetic a) {
    Op.@Nullable Unary op = activation.function();
    if (op == null) {
      return x -> a.add(a.multiply(activation.outer(), x), activation.shift());
    }
    DoubleUnaryOperator function = plain(op, a);
    return x ->
        a.multiply(activation.outer(), function.applyAsDouble(a.multiply(activation.inner(), x)));
  }

  private static DoubleUnaryOperator plain(Op.Unary op, Arithmetic a) {
    if (a == Arithmetic.DOUBLE) {
      return DoubleFunctions.of(op);
    }
    FloatUnary function = FloatUnary.of(op);
    return x -> function.apply((float) x);
  }
}
