package fp8sim.benchmark;

import fp8sim.multiplier.model.ErrorTable;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A matrix product of E3M4 numbers as the study computes it, on one thread: a tensor of all
 * products, one pass that takes the multiplier's errors off, and one that sums. Divide {@code m * k
 * * n} by the time for MAC/s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class BroadcastBenchmark {
  private static final int MANTISSA_BITS = 4;
  private static final int FRACTIONS = 1 << MANTISSA_BITS;
  private static final int FRACTION_BITS = 23;

  /** Products at once: 64 MiB. */
  private static final int PRODUCTS = 1 << 24;

  /** {@code m x k x n}. */
  @Param({"3136x576x64", "256x256x256"})
  public String size = "256x256x256";

  private final Random random = new Random(1);
  private final float[] errors = new float[FRACTIONS * FRACTIONS];
  private int m;
  private int k;
  private int n;
  private float[] left = new float[0];
  private float[] right = new float[0];
  private float[] products = new float[0];

  @Setup
  public void fill() {
    String[] sizes = size.split("x", 0);
    m = Integer.parseInt(sizes[0]);
    k = Integer.parseInt(sizes[1]);
    n = Integer.parseInt(sizes[2]);
    left = values(m * k);
    right = values(k * n);
    products = new float[Math.min(m, PRODUCTS / (k * n)) * k * n];
    int[] table = ErrorTable.errors(MANTISSA_BITS);
    for (int i = 0; i < table.length; i++) {
      errors[i] = (float) table[i] / FRACTIONS;
    }
  }

  /** Normal numbers of either sign. */
  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      float significand = 1 + (float) random.nextInt(FRACTIONS) / FRACTIONS;
      values[i] = Math.scalb(random.nextBoolean() ? significand : -significand, -random.nextInt(7));
    }
    return values;
  }

  @Benchmark
  public float[] broadcast() {
    int rows = products.length / (k * n);
    float[] sums = new float[m * n];
    for (int from = 0; from < m; from += rows) {
      int count = Math.min(rows, m - from);
      multiply(from, count);
      correct(from, count);
      add(from, count, sums);
    }
    return sums;
  }

  private void multiply(int from, int count) {
    for (int i = 0; i < count; i++) {
      for (int l = 0; l < k; l++) {
        float a = left[(from + i) * k + l];
        for (int j = 0; j < n; j++) {
          products[(i * k + l) * n + j] = a * right[l * n + j];
        }
      }
    }
  }

  private void correct(int from, int count) {
    for (int i = 0; i < count; i++) {
      for (int l = 0; l < k; l++) {
        float a = left[(from + i) * k + l];
        for (int j = 0; j < n; j++) {
          float w = right[l * n + j];
          float power = Math.copySign(power(a) * power(w), a * w);
          products[(i * k + l) * n + j] -= power * errors[fraction(a) * FRACTIONS + fraction(w)];
        }
      }
    }
  }

  private static float power(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) & 0x7F800000);
  }

  private static int fraction(float x) {
    return Float.floatToRawIntBits(x) >>> (FRACTION_BITS - MANTISSA_BITS) & FRACTIONS - 1;
  }

  private void add(int from, int count, float[] sums) {
    for (int i = 0; i < count; i++) {
      for (int l = 0; l < k; l++) {
        for (int j = 0; j < n; j++) {
          sums[(from + i) * n + j] += products[(i * k + l) * n + j];
        }
      }
    }
  }
}
