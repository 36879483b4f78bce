package fp8sim.kernel.reference;

import fp8sim.numerics.FloatMath;
import java.util.Arrays;

/** {@code y[p][i][j] = sum over l = 0, 1, ... of a[p][i][l] * b[p][l][j]}, in three arithmetics. */
final class MatrixProduct {
  private MatrixProduct() {}

  static float[] multiply(MatrixBatch batch, float[] a, float[] b, FloatMath floatMath) {
    int m = batch.m();
    int k = batch.k();
    int n = batch.n();
    float[] y = new float[batch.count() * m * n];
    float[] product = new float[m * n];
    for (int p = 0; p < batch.count(); p++) {
      float[] left = matrix(a, batch.aStarts()[p], m, k, batch.transA());
      float[] right = matrix(b, batch.bStarts()[p], k, n, batch.transB());
      FloatProduct.multiply(left, right, product, m, k, n, floatMath);
      System.arraycopy(product, 0, y, p * m * n, m * n);
    }
    return y;
  }

  private static float[] matrix(float[] x, int start, int rows, int columns, boolean transposed) {
    float[] stored = Arrays.copyOfRange(x, start, start + rows * columns);
    return transposed
        ? FloatProduct.transpose(stored, /* rows= */ columns, /* columns= */ rows)
        : stored;
  }

  static double[] multiply(MatrixBatch batch, double[] a, double[] b) {
    double[] y = new double[batch.count() * batch.m() * batch.n()];
    for (int o = 0; o < y.length; o++) {
      int j = o % batch.n();
      int i = o / batch.n() % batch.m();
      int p = o / batch.n() / batch.m();
      for (int l = 0; l < batch.k(); l++) {
        y[o] += a[batch.left(p, i, l)] * b[batch.right(p, l, j)];
      }
    }
    return y;
  }

  /** Wraps around as two's complement. */
  static long[] multiply(MatrixBatch batch, long[] a, long[] b) {
    long[] y = new long[batch.count() * batch.m() * batch.n()];
    for (int o = 0; o < y.length; o++) {
      int j = o % batch.n();
      int i = o / batch.n() % batch.m();
      int p = o / batch.n() / batch.m();
      for (int l = 0; l < batch.k(); l++) {
        y[o] += a[batch.left(p, i, l)] * b[batch.right(p, l, j)];
      }
    }
    return y;
  }
}
