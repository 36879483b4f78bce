package fp8sim.kernel.reference;

import fp8sim.numerics.FloatMath;
import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * The float32 matrix product: {@code c[i][j] = sum of a[i][k] * b[k][j]}, one chain per output that
 * starts at +0 and adds in the order k = 0, 1, ... Matrices are dense and row-major.
 */
final class FloatProduct {
  private FloatProduct() {}

  static void multiply(float[] a, float[] b, float[] c, int m, int k, int n, FloatMath floatMath) {
    Arrays.fill(c, 0, m * n, 0f);
    switch (floatMath) {
      case SEPARATE -> multiplySeparate(a, b, c, m, k, n);
      case FUSED -> multiplyFused(a, b, c, m, k, n);
    }
  }

  /** By EJML, an implementation that is not ours: it adds in the same order for every size. */
  private static void multiplySeparate(float[] a, float[] b, float[] c, int m, int k, int n) {
    if (m == 0 || k == 0 || n == 0) {
      return;
    }
    // multAdd rather than mult: mult starts some chains with the first product, whose zero may be
    // -0
    CommonOps_FDRM.multAdd(
        FMatrixRMaj.wrap(m, k, a), FMatrixRMaj.wrap(k, n, b), FMatrixRMaj.wrap(m, n, c));
  }

  private static void multiplyFused(float[] a, float[] b, float[] c, int m, int k, int n) {
    for (int i = 0; i < m; i++) {
      for (int l = 0; l < k; l++) {
        float x = a[i * k + l];
        for (int j = 0; j < n; j++) {
          c[i * n + j] = Math.fma(x, b[l * n + j], c[i * n + j]);
        }
      }
    }
  }

  /** The transpose of a {@code rows x columns} matrix. */
  static float[] transpose(float[] a, int rows, int columns) {
    float[] t = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        t[j * rows + i] = a[i * columns + j];
      }
    }
    return t;
  }
}
