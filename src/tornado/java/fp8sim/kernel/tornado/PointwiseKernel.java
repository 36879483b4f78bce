package fp8sim.kernel.tornado;

import fp8sim.kernel.FloatFunctions;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Functions of one or two arguments, element by element. Runs on the device. */
// NaN is what differs from itself; calls of Float.isNaN do not compile for devices.
@SuppressWarnings("IdentityBinaryExpression")
final class PointwiseKernel {
  static final int COUNT = 0;
  static final int FUNCTION = 1;
  static final int INPUT = 2;
  static final int OUTPUT = 3;

  /** Where the parameters alpha and beta are in the constants. */
  static final int PARAMETERS = 4;

  static final int EPILOGUE = 5;
  static final int UNARY_SIZE = 6;

  /** Of two arguments: where the second one is. */
  static final int SECOND = 4;

  static final int RANK = 6;

  /** For each axis from the last to the first: size, stride of both arguments. */
  static final int AXES = 7;

  static final int AXIS_WORDS = 3;

  static final int COPY = 0;
  static final int ABS = 1;
  static final int NEG = 2;
  static final int EXP = 3;
  static final int SIGMOID = 4;
  static final int SILU = 5;
  static final int ELU = 6;
  static final int HARD_SIGMOID = 7;
  static final int HARD_SWISH = 8;
  static final int SQRT = 9;
  static final int RECIPROCAL = 10;
  static final int LEAKY_RELU = 11;
  static final int SOFTSIGN = 12;

  /** From here on: functions by erf and tanh. */
  static final int ERF = 13;

  static final int GELU = 14;
  static final int TANH = 15;
  static final int GELU_TANH = 16;

  static final int ADD = 0;
  static final int SUB = 1;
  static final int MUL = 2;
  static final int DIV = 3;
  static final int MAX = 4;
  static final int MIN = 5;
  static final int PRELU = 6;

  private PointwiseKernel() {}

  static void kUnary(
      KernelContext context, IntArray geometry, FloatArray constants, FloatArray arena) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      int parameters = geometry.get(PARAMETERS);
      float x = arena.get(geometry.get(INPUT) + i);
      int function = geometry.get(FUNCTION);
      float alpha = constants.get(parameters);
      float beta = constants.get(parameters + 1);
      float y =
          function < ERF
              ? unary(function, x, alpha, beta, constants)
              : curve(function, x, constants);
      arena.set(
          geometry.get(OUTPUT) + i,
          DeviceEpilogue.apply(geometry, geometry.get(EPILOGUE), constants, arena, y, i));
    }
  }

  private static float unary(int function, float x, float alpha, float beta, FloatArray constants) {
    float y = x;
    if (function == ABS) {
      y = x < 0f ? -x : x + 0f;
    } else if (function == NEG) {
      y = -x;
    } else if (function == EXP) {
      y = DeviceMath.exp(constants, x);
    } else if (function == SIGMOID) {
      y = DeviceMath.sigmoid(constants, x);
    } else if (function == SILU) {
      y = DeviceMath.silu(constants, x);
    } else if (function == HARD_SIGMOID) {
      y = DeviceEpilogue.clamp(alpha * x + beta, 0f, 1f);
    } else if (function == HARD_SWISH) {
      y = DeviceMath.hardSwish(x);
    } else if (function == SQRT) {
      y = DeviceMath.sqrt(x);
    } else if (function == RECIPROCAL) {
      y = 1f / x;
    } else if (function == LEAKY_RELU) {
      y = x >= 0f ? x : alpha * x;
    } else if (function == ELU) {
      y = x >= 0f ? x : alpha * (DeviceMath.exp(constants, x) - 1f);
    } else if (function == SOFTSIGN) {
      y = x / (1f + (x < 0f ? -x : x));
    }
    return y;
  }

  private static float curve(int function, float x, FloatArray constants) {
    float argument = x;
    if (function == GELU) {
      argument = x * FloatFunctions.SQRT_HALF;
    } else if (function == GELU_TANH) {
      argument = DeviceMath.geluTanhArgument(x);
    }
    float y =
        function <= GELU
            ? DeviceMath.erf(constants, argument)
            : DeviceMath.tanh(constants, argument);
    if (function == GELU || function == GELU_TANH) {
      y = (0.5f * x) * (1f + y);
    }
    return y;
  }

  static void kBinary(
      KernelContext context,
      IntArray geometry,
      FloatArray first,
      FloatArray second,
      FloatArray constants,
      FloatArray arena) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      int rank = geometry.get(RANK);
      int a = geometry.get(INPUT);
      int b = geometry.get(SECOND);
      int rest = i;
      for (int axis = 0; axis < rank; axis++) {
        int word = AXES + AXIS_WORDS * axis;
        int size = geometry.get(word);
        int index = rest % size;
        rest = rest / size;
        a += index * geometry.get(word + 1);
        b += index * geometry.get(word + 2);
      }
      float y = binary(geometry.get(FUNCTION), first.get(a), second.get(b));
      arena.set(
          geometry.get(OUTPUT) + i,
          DeviceEpilogue.apply(geometry, geometry.get(EPILOGUE), constants, arena, y, i));
    }
  }

  private static float binary(int function, float a, float b) {
    float y = a;
    if (function == ADD) {
      y = a + b;
    } else if (function == SUB) {
      y = a - b;
    } else if (function == MUL) {
      y = a * b;
    } else if (function == DIV) {
      y = a / b;
    } else if (function == PRELU) {
      y = a >= 0f ? a : b * a;
    } else if (b != b) {
      y = b;
    } else if (a == 0f && b == 0f) {
      // -0 lies below +0.
      y = function == MAX ? a + b : -(-a - b);
    } else if (function == MAX) {
      y = a < b ? b : a;
    } else if (function == MIN) {
      y = a > b ? b : a;
    }
    return y;
  }
}
