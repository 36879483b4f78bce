package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** Determinants by elimination with partial pivoting: the product of the pivots, signed. */
final class ReferenceDeterminant {
  private ReferenceDeterminant() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int size = shape.dim(-1);
    Arithmetic a = Arithmetic.of(x.type());
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] results = new double[y.shape().elements()];
      for (int i = 0; i < results.length; i++) {
        results[i] = determinant(values, i * size * size, size, a);
      }
      Values.store(y, results);
    };
  }

  /** Of the matrix that starts at an element; overwrites it. */
  private static double determinant(double[] m, int from, int size, Arithmetic a) {
    double product = 1;
    for (int k = 0; k < size; k++) {
      int row = from + k * size;
      int pivot = row;
      for (int other = row + size; other < from + size * size; other += size) {
        pivot = Math.abs(m[other + k]) > Math.abs(m[pivot + k]) ? other : pivot;
      }
      if (m[pivot + k] == 0) {
        return 0;
      }
      product = a.multiply(product, pivot == row ? m[pivot + k] : -m[pivot + k]);
      for (int j = k; j < size; j++) {
        double swapped = m[row + j];
        m[row + j] = m[pivot + j];
        m[pivot + j] = swapped;
      }
      for (int below = row + size; below < from + size * size; below += size) {
        double factor = a.divide(m[below + k], m[row + k]);
        for (int j = k; j < size; j++) {
          m[below + j] = a.subtract(m[below + j], a.multiply(factor, m[row + j]));
        }
      }
    }
    return product;
  }
}
