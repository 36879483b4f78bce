package fp8sim.kernel.tornado.device;

import fp8sim.format.Philox;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Stochastic rounding, element by element, with the random bits of {@link Philox}. Magnitudes are
 * multiplied by a power of two that takes the top of the grid to the top of float32, so that what
 * lies between two points is exact. Runs on the device.
 */
// NaN is what differs from itself; calls of Float.isNaN do not compile for devices.
@SuppressWarnings("IdentityBinaryExpression")
public final class StochasticKernel {
  public static final int COUNT = 0;
  public static final int INPUT = 1;
  public static final int OUTPUT = 2;
  public static final int EPILOGUE = 3;

  /** Where the counters are in {@link DeviceState}. */
  public static final int COUNTERS = 4;

  /** Identifies the quantizer. */
  public static final int STREAM = 5;

  /** Elements of a sample. */
  public static final int SAMPLE_SIZE = 6;

  /**
   * Where the quantizer is in the constants: scale, lower and upper limit on the grid, two powers
   * of two.
   */
  public static final int QUANTIZER = 7;

  /** Where the points above zero are; then the values of all points, and one over all steps. */
  public static final int POINTS = 8;

  /** Half the number of points, a power of two. */
  public static final int HALF = 9;

  /** The point from which on values are the last one. */
  public static final int LAST = 10;

  public static final int SIZE = 11;

  private static final long MASK = 0xFFFFFFFFL;

  private StochasticKernel() {}

  static void kRoundStochastically(
      KernelContext context,
      IntArray geometry,
      FloatArray constants,
      FloatArray arena,
      IntArray state) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      float x = arena.get(geometry.get(INPUT) + i);
      DeviceEpilogue.count(context, state, geometry.get(COUNTERS), x);
      int sampleSize = geometry.get(SAMPLE_SIZE);
      int random =
          random(
              state.get(DeviceState.SEED),
              state.get(DeviceState.SEED + 1),
              geometry.get(STREAM),
              state.get(DeviceState.SAMPLE) + i / sampleSize,
              i % sampleSize);
      int quantizer = geometry.get(QUANTIZER);
      float onGrid =
          DeviceEpilogue.clamp(
              x / constants.get(quantizer),
              constants.get(quantizer + 1),
              constants.get(quantizer + 2));
      float magnitude =
          (onGrid < 0f ? -onGrid : onGrid)
              * constants.get(quantizer + 3)
              * constants.get(quantizer + 4);
      int points = geometry.get(POINTS);
      int half = geometry.get(HALF);
      int last = geometry.get(LAST);
      int below = DeviceEpilogue.search(constants, points, half, magnitude);
      int values = points + 2 * half;
      if (below < last) {
        float point = below > 0 ? constants.get(points + below - 1) : 0f;
        float rest = magnitude - point;
        float chance = rest * constants.get(values + 2 * half + below) * 0x1p16f;
        // In two halves: a float becomes an int on its way to a long.
        int high = (int) chance;
        float part = (chance - high) * 0x1p16f;
        int low = (int) part;
        long bound = high * 0x10000L + low;
        if (low < part || (bound == 0 && rest > 0f)) {
          bound = bound + 1;
        }
        if ((random & MASK) < bound) {
          below = below + 1;
        }
      }
      float y = constants.get(values + below);
      if (onGrid < 0f && y > 0f) {
        y = -y;
      }
      if (x != x) {
        y = x;
      }
      DeviceEpilogue.store(context, geometry, EPILOGUE, OUTPUT, constants, arena, state, y, i);
    }
  }

  /** {@link Philox#bits}. */
  private static int random(int seedLow, int seedHigh, int stream, int sample, int element) {
    int c0 = stream;
    int c1 = sample;
    int c2 = element;
    int c3 = 0;
    int k0 = seedLow;
    int k1 = seedHigh;
    for (int round = 0; round < Philox.ROUNDS; round++) {
      long p0 = Philox.MULTIPLIER_0 * (c0 & MASK);
      long p1 = Philox.MULTIPLIER_1 * (c2 & MASK);
      c0 = (int) (p1 >> Integer.SIZE) ^ c1 ^ k0;
      c1 = (int) p1;
      c2 = (int) (p0 >> Integer.SIZE) ^ c3 ^ k1;
      c3 = (int) p0;
      k0 = k0 + Philox.WEYL_0;
      k1 = k1 + Philox.WEYL_1;
    }
    return c0;
  }
}
