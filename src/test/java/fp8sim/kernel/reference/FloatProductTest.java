package fp8sim.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.numerics.FloatMath;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FloatProductTest {
  private final Random random = new Random(7);

  @Test
  void everySmallSizeAddsInIndexOrder() {
    int[] sizes = {0, 1, 2, 3, 4, 5, 14, 15, 16, 17};
    for (int m : sizes) {
      for (int k : sizes) {
        for (int n : sizes) {
          check(m, k, n);
        }
      }
    }
  }

  @Test
  void sizesAroundTheSwitchesOfEjmlAddInIndexOrder() {
    for (int n : new int[] {31, 32, 33, 63, 64, 65, 257, 1025}) {
      check(3, 70, n);
      check(n, 70, 1);
      check(1, n, 9);
      check(2, n, 33);
    }
  }

  private void check(int m, int k, int n) {
    float[] a = random(m * k);
    float[] b = random(k * n);
    for (FloatMath floatMath : FloatMath.values()) {
      float[] c = new float[m * n];
      FloatProduct.multiply(a, b, c, m, k, n, floatMath);
      float[] expected = plain(a, b, m, k, n, floatMath);
      for (int i = 0; i < c.length; i++) {
        assertThat(Float.floatToRawIntBits(c[i]))
            .as("%s %dx%dx%d element %d", floatMath, m, k, n, i)
            .isEqualTo(Float.floatToRawIntBits(expected[i]));
      }
    }
  }

  private static float[] plain(float[] a, float[] b, int m, int k, int n, FloatMath floatMath) {
    float[] c = new float[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int l = 0; l < k; l++) {
          float x = a[i * k + l];
          float y = b[l * n + j];
          sum = floatMath == FloatMath.FUSED ? Math.fma(x, y, sum) : sum + x * y;
        }
        c[i * n + j] = sum;
      }
    }
    return c;
  }

  /** Normal numbers of many magnitudes, and zeros of both signs. */
  private float[] random(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      float zero = random.nextBoolean() ? 0f : -0f;
      values[i] =
          random.nextInt(4) == 0
              ? zero
              : (float) Math.scalb(random.nextGaussian(), random.nextInt(9));
    }
    return values;
  }
}
