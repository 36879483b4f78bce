package fp8sim.kernel.tornado;

import fp8sim.kernel.LaneSum;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Softmax, normalization and means of rows. Sixteen threads share a row and add as {@link LaneSum}
 * says: thread j adds the elements j, j + 16, ..., then the sixteen sums are folded. Runs on the
 * device.
 */
// NaN is what differs from itself; calls of Float.isNaN do not compile for devices.
@SuppressWarnings("IdentityBinaryExpression")
final class RowKernel {
  static final int ROWS = 0;

  /** Elements of a row. */
  static final int LENGTH = 1;

  /** Distance of neighbouring elements; also how many rows lie between each other. */
  static final int STRIDE = 2;

  static final int INPUT = 3;
  static final int OUTPUT = 4;
  static final int EPILOGUE = 5;

  /** 1 for the maximum instead of the mean. */
  static final int MAXIMUM = 6;

  /** Where epsilon is in the constants; scale and bias follow. */
  static final int PARAMETERS = 7;

  /** Element i takes parameter {@code i / RUN % COUNT}. */
  static final int RUN = 8;

  static final int COUNT = 9;

  /** 1 if the mean is taken off. */
  static final int CENTRED = 10;

  static final int SIZE = 11;

  /** Threads of a row. */
  static final int LANES = LaneSum.LANES;

  /** Rows of a group of threads. */
  static final int GROUP_ROWS = 4;

  private static final int WORDS = LANES * GROUP_ROWS;

  private RowKernel() {}

  /** {@link LaneSum#fold} of sixteen partial sums. */
  private static float fold(
      float s0,
      float s1,
      float s2,
      float s3,
      float s4,
      float s5,
      float s6,
      float s7,
      float s8,
      float s9,
      float s10,
      float s11,
      float s12,
      float s13,
      float s14,
      float s15) {
    float t0 = (s0 + s8) + (s4 + s12);
    float t1 = (s1 + s9) + (s5 + s13);
    float t2 = (s2 + s10) + (s6 + s14);
    float t3 = (s3 + s11) + (s7 + s15);
    return (t0 + t2) + (t1 + t3);
  }

  /** Where a row's first element is. */
  private static int start(IntArray geometry, int row) {
    int stride = geometry.get(STRIDE);
    return row / stride * (geometry.get(LENGTH) * stride) + row % stride;
  }

  static void kSoftmax(
      KernelContext context, IntArray geometry, FloatArray constants, FloatArray arena) {
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
    sum =
        fold(
            partial[first],
            partial[first + 1],
            partial[first + 2],
            partial[first + 3],
            partial[first + 4],
            partial[first + 5],
            partial[first + 6],
            partial[first + 7],
            partial[first + 8],
            partial[first + 9],
            partial[first + 10],
            partial[first + 11],
            partial[first + 12],
            partial[first + 13],
            partial[first + 14],
            partial[first + 15]);
    int epilogue = geometry.get(EPILOGUE);
    for (int i = lane; i < length; i += LANES) {
      float y = arena.get(output + i * stride) / sum;
      arena.set(
          output + i * stride,
          DeviceEpilogue.apply(geometry, epilogue, constants, arena, y, start + i * stride));
    }
  }

  static void kNormalize(
      KernelContext context, IntArray geometry, FloatArray constants, FloatArray arena) {
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
    float mean =
        fold(
                partial[first],
                partial[first + 1],
                partial[first + 2],
                partial[first + 3],
                partial[first + 4],
                partial[first + 5],
                partial[first + 6],
                partial[first + 7],
                partial[first + 8],
                partial[first + 9],
                partial[first + 10],
                partial[first + 11],
                partial[first + 12],
                partial[first + 13],
                partial[first + 14],
                partial[first + 15])
            / size;
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
    float variance =
        fold(
                partial[first],
                partial[first + 1],
                partial[first + 2],
                partial[first + 3],
                partial[first + 4],
                partial[first + 5],
                partial[first + 6],
                partial[first + 7],
                partial[first + 8],
                partial[first + 9],
                partial[first + 10],
                partial[first + 11],
                partial[first + 12],
                partial[first + 13],
                partial[first + 14],
                partial[first + 15])
            / size;
    int parameters = geometry.get(PARAMETERS);
    float inverse = 1f / DeviceMath.sqrt(variance + constants.get(parameters));
    int run = geometry.get(RUN);
    int count = geometry.get(COUNT);
    int epilogue = geometry.get(EPILOGUE);
    int output = geometry.get(OUTPUT);
    for (int i = lane; i < length; i += LANES) {
      int index = row * size + i;
      int parameter = parameters + 1 + index / run % count;
      float y = (arena.get(input + i) - mean) * inverse * constants.get(parameter);
      y = y + constants.get(parameter + count);
      arena.set(
          output + index, DeviceEpilogue.apply(geometry, epilogue, constants, arena, y, index));
    }
  }

  static void kReduce(
      KernelContext context, IntArray geometry, FloatArray constants, FloatArray arena) {
    float[] partial = context.allocateFloatLocalArray(WORDS);
    int lane = context.localIdx % LANES;
    int first = context.localIdx - lane;
    int row = context.globalIdx / LANES;
    int size = geometry.get(LENGTH);
    int length = row < geometry.get(ROWS) ? size : 0;
    int input = geometry.get(INPUT) + row * size;
    int maximum = geometry.get(MAXIMUM);
    float sum = 0f;
    float max = Float.NEGATIVE_INFINITY;
    for (int i = lane; i < length; i += LANES) {
      float value = arena.get(input + i);
      // The sum of what is not a number tells whether there is some.
      if (maximum == 0 || value != value) {
        sum = sum + value;
      }
      if (value > max) {
        max = value;
      }
    }
    partial[first + lane] = sum;
    context.localBarrier();
    float total =
        fold(
            partial[first],
            partial[first + 1],
            partial[first + 2],
            partial[first + 3],
            partial[first + 4],
            partial[first + 5],
            partial[first + 6],
            partial[first + 7],
            partial[first + 8],
            partial[first + 9],
            partial[first + 10],
            partial[first + 11],
            partial[first + 12],
            partial[first + 13],
            partial[first + 14],
            partial[first + 15]);
    float y = total / size;
    if (maximum == 1) {
      context.localBarrier();
      partial[first + lane] = max;
      context.localBarrier();
      y = Float.NEGATIVE_INFINITY;
      for (int j = 0; j < LANES; j++) {
        float value = partial[first + j];
        y = value > y ? value : y;
      }
      if (total != total) {
        y = total;
      }
    }
    if (lane == 0 && length > 0) {
      arena.set(
          geometry.get(OUTPUT) + row,
          DeviceEpilogue.apply(geometry, geometry.get(EPILOGUE), constants, arena, y, row));
    }
  }
}
