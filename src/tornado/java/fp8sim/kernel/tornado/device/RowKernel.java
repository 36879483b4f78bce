package fp8sim.kernel.tornado.device;

import fp8sim.kernel.LaneSum;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Softmax, normalization and reductions of rows. Sixteen threads share a row and add as {@link
 * LaneSum} says: thread j adds the elements j, j + 16, ..., then the sixteen sums are folded. Runs
 * on the device.
 *
 * <p>The fold stands in each kernel, because loads and stores of a local array that was passed to a
 * helper go to wrong addresses.
 */
// NaN is what differs from itself; calls of Float.isNaN do not compile for devices.
@SuppressWarnings("IdentityBinaryExpression")
public final class RowKernel {
  public static final int ROWS = 0;

  /** Elements of a row. */
  public static final int LENGTH = 1;

  /** Distance of neighbouring elements; also how many rows lie between each other. */
  public static final int STRIDE = 2;

  public static final int INPUT = 3;
  public static final int OUTPUT = 4;
  public static final int EPILOGUE = 5;

  /** A reduction, or 1 for the logarithm of softmax. */
  public static final int FUNCTION = 6;

  /** Where epsilon is in the constants; scale and bias follow. */
  public static final int PARAMETERS = 7;

  /** Element i takes parameter {@code i / RUN % COUNT}. */
  public static final int RUN = 8;

  public static final int COUNT = 9;

  /** 1 if the mean is taken off. */
  public static final int CENTRED = 10;

  public static final int SIZE = 11;

  public static final int SUM = 0;
  public static final int MEAN = 1;
  public static final int L1 = 2;
  public static final int SUM_SQUARE = 3;
  public static final int L2 = 4;

  /** From here on: extrema. */
  public static final int MAX = 5;

  public static final int MIN = 6;

  /** Threads of a row. */
  static final int LANES = LaneSum.LANES;

  /** Rows of a group of threads. */
  static final int GROUP_ROWS = 4;

  private static final int WORDS = LANES * GROUP_ROWS;

  private RowKernel() {}

  /** Where a row's first element is. */
  private static int start(IntArray geometry, int row) {
    int stride = geometry.get(STRIDE);
    return row / stride * (geometry.get(LENGTH) * stride) + row % stride;
  }

  static void kSoftmax(
      KernelContext context,
      IntArray geometry,
      FloatArray constants,
      FloatArray arena,
      IntArray state) {
    float[] partial = context.allocateFloatLocalArray(WORDS);
    int lane = context.localIdx % LANES;
    int first = context.localIdx - lane;
    int row = context.globalIdx / LANES;
    int stride = geometry.get(STRIDE);
    int length = row < geometry.get(ROWS) ? geometry.get(LENGTH) : 0;
    int start = start(geometry, row);
    int input = geometry.get(INPUT) + start;
    int output = geometry.get(OUTPUT) + start;
    float max = Float.NEGATIVE_INFINITY;
    for (int i = lane; i < length; i += LANES) {
      float value = arena.get(input + i * stride);
      if (value > max) {
        max = value;
      }
    }
    partial[first + lane] = max;
    context.localBarrier();
    for (int j = 0; j < LANES; j++) {
      float value = partial[first + j];
      if (value > max) {
        max = value;
      }
    }
    context.localBarrier();
    float sum = 0f;
    for (int i = lane; i < length; i += LANES) {
      float power = DeviceMath.exp(constants, arena.get(input + i * stride) - max);
      arena.set(output + i * stride, power);
      sum = sum + power;
    }
    partial[first + lane] = sum;
    context.localBarrier();
    for (int half = LANES / 2; half > 0; half = half / 2) {
      if (lane < half) {
        partial[first + lane] = partial[first + lane] + partial[first + lane + half];
      }
      context.localBarrier();
    }
    sum = partial[first];
    float logarithm = DeviceMath.log(constants, sum);
    int isLogarithm = geometry.get(FUNCTION);
    for (int i = lane; i < length; i += LANES) {
      float y = arena.get(output + i * stride) / sum;
      if (isLogarithm == 1) {
        y = (arena.get(input + i * stride) - max) - logarithm;
      }
      DeviceEpilogue.store(
          context, geometry, EPILOGUE, OUTPUT, constants, arena, state, y, start + i * stride);
    }
  }

  static void kNormalize(
      KernelContext context,
      IntArray geometry,
      FloatArray constants,
      FloatArray arena,
      IntArray state) {
    float[] partial = context.allocateFloatLocalArray(WORDS);
    int lane = context.localIdx % LANES;
    int first = context.localIdx - lane;
    int row = context.globalIdx / LANES;
    int size = geometry.get(LENGTH);
    int length = row < geometry.get(ROWS) ? size : 0;
    int input = geometry.get(INPUT) + row * size;
    float sum = 0f;
    for (int i = lane; i < length; i += LANES) {
      sum = sum + arena.get(input + i);
    }
    partial[first + lane] = sum;
    context.localBarrier();
    for (int half = LANES / 2; half > 0; half = half / 2) {
      if (lane < half) {
        partial[first + lane] = partial[first + lane] + partial[first + lane + half];
      }
      context.localBarrier();
    }
    float mean = partial[first] / size;
    context.localBarrier();
    if (geometry.get(CENTRED) == 0) {
      mean = 0f;
    }
    float squares = 0f;
    for (int i = lane; i < length; i += LANES) {
      float d = arena.get(input + i) - mean;
      squares = squares + d * d;
    }
    partial[first + lane] = squares;
    context.localBarrier();
    for (int half = LANES / 2; half > 0; half = half / 2) {
      if (lane < half) {
        partial[first + lane] = partial[first + lane] + partial[first + lane + half];
      }
      context.localBarrier();
    }
    float variance = partial[first] / size;
    int parameters = geometry.get(PARAMETERS);
    float inverse = 1f / DeviceMath.sqrt(variance + constants.get(parameters));
    int run = geometry.get(RUN);
    int count = geometry.get(COUNT);
    for (int i = lane; i < length; i += LANES) {
      int index = row * size + i;
      int parameter = parameters + 1 + index / run % count;
      float y = (arena.get(input + i) - mean) * inverse * constants.get(parameter);
      y = y + constants.get(parameter + count);
      DeviceEpilogue.store(context, geometry, EPILOGUE, OUTPUT, constants, arena, state, y, index);
    }
  }

  static void kReduce(
      KernelContext context,
      IntArray geometry,
      FloatArray constants,
      FloatArray arena,
      IntArray state) {
    float[] partial = context.allocateFloatLocalArray(WORDS);
    int lane = context.localIdx % LANES;
    int first = context.localIdx - lane;
    int row = context.globalIdx / LANES;
    int size = geometry.get(LENGTH);
    int stride = geometry.get(STRIDE);
    int length = row < geometry.get(ROWS) ? size : 0;
    int input = geometry.get(INPUT) + start(geometry, row);
    int function = geometry.get(FUNCTION);
    float sum = 0f;
    float max = Float.NEGATIVE_INFINITY;
    for (int i = lane; i < length; i += LANES) {
      float value = term(function, arena.get(input + i * stride));
      // The sum of what is not a number tells whether there is some.
      if (function < MAX || value != value) {
        sum = sum + value;
      }
      max = larger(max, value);
    }
    partial[first + lane] = sum;
    context.localBarrier();
    for (int half = LANES / 2; half > 0; half = half / 2) {
      if (lane < half) {
        partial[first + lane] = partial[first + lane] + partial[first + lane + half];
      }
      context.localBarrier();
    }
    float total = partial[first];
    context.localBarrier();
    partial[first + lane] = max;
    context.localBarrier();
    for (int j = 0; j < LANES; j++) {
      max = larger(max, partial[first + j]);
    }
    float y = total;
    if (function == MEAN) {
      y = total / size;
    } else if (function == L2) {
      y = DeviceMath.sqrt(total);
    } else if (function >= MAX && total == total) {
      y = function == MIN ? -max : max;
    }
    if (lane == 0 && length > 0) {
      DeviceEpilogue.store(context, geometry, EPILOGUE, OUTPUT, constants, arena, state, y, row);
    }
  }

  /** What a reduction does to an element first; the least element is the largest negated one. */
  private static float term(int function, float x) {
    float y = x;
    if (function == L1) {
      y = x < 0f ? -x : x;
    } else if (function == SUM_SQUARE || function == L2) {
      y = x * x;
    } else if (function == MIN) {
      y = -x;
    }
    return y;
  }

  /** The larger number, +0 if zeros differ; what is not a number is left out. */
  private static float larger(float a, float b) {
    float y = a;
    if (b > a) {
      y = b;
    } else if (a == 0f && b == 0f) {
      y = a + b;
    }
    return y;
  }
}
