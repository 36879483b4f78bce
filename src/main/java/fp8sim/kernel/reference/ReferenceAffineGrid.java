package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * {@code grid[n,o..,i] = theta[n,i,0] * p[0] + ... + theta[n,i,d]}, p being the position of o, the
 * last axis first, between -1 and 1: the centers of the outer pixels if {@code alignCorners}, else
 * their outer edges.
 */
final class ReferenceAffineGrid {
  private ReferenceAffineGrid() {}

  static Executable bind(Op.AffineGrid op, Step step, Binding binding) {
    Tensor theta = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Shape shape = y.shape();
    int axes = shape.dim(-1);
    int positions = shape.elements(1, axes + 1);
    Arithmetic a = Arithmetic.of(y.type());
    return parallel -> {
      double[] matrices = Values.doubles(theta);
      double[] grid = new double[shape.elements()];
      double[] position = new double[axes];
      for (int i = 0; i < grid.length / axes; i++) {
        for (int axis = axes, rest = i; axis > 0; axis--) {
          int size = shape.dim(axis);
          position[axes - axis] = position(rest % size, size, op.alignCorners(), a);
          rest /= size;
        }
        for (int row = 0; row < axes; row++) {
          int from = (i / positions * axes + row) * (axes + 1);
          grid[i * axes + row] = map(matrices, from, position, a);
        }
      }
      Values.store(y, grid);
    };
  }

  private static double position(int i, int size, boolean alignCorners, Arithmetic a) {
    if (alignCorners) {
      return size == 1 ? 0 : a.subtract(a.divide(2.0 * i, size - 1), 1);
    }
    return a.subtract(a.divide(2.0 * i + 1, size), 1);
  }

  private static double map(double[] theta, int from, double[] position, Arithmetic a) {
    double sum = 0;
    for (int i = 0; i < position.length; i++) {
      sum = a.add(sum, a.multiply(theta[from + i], position[i]));
    }
    return a.add(sum, theta[from + position.length]);
  }
}
