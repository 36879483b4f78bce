package fp8sim.kernel.tornado.device;

import fp8sim.kernel.FloatFunctions;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Functions of one or two arguments, element by element. Runs on the device. */
// NaN is what differs from itself; calls of Float.isNaN do not compile for devices.
@SuppressWarnings("IdentityBinaryExpression")
public final class PointwiseKernel {
  public static final int COUNT = 0;
  public static final int FUNCTION = 1;
  public static final int INPUT = 2;
  public static final int OUTPUT = 3;

  /** Where the parameters alpha and beta are in the constants. */
  public static final int PARAMETERS = 4;

  public static final int EPILOGUE = 5;
  public static final int UNARY_SIZE = 6;

  /** Of two arguments: where the second one is. */
  public static final int SECOND = 4;

  public static final int RANK = 6;

  /** From here on: {@link DeviceStrides} of both arguments. */
  public static final int AXES = 7;

  public static final int COPY = 0;
  public static final int ABS = 1;
  public static final int NEG = 2;
  public static final int HARD_SIGMOID = 3;
  public static final int HARD_SWISH = 4;
  public static final int SQRT = 5;
  public static final int RECIPROCAL = 6;
  public static final int LEAKY_RELU = 7;
  public static final int SOFTSIGN = 8;
  public static final int CEIL = 9;
  public static final int FLOOR = 10;
  public static final int ROUND = 11;
  public static final int SIGN = 12;
  public static final int THRESHOLDED_RELU = 13;

  /** From here on: functions by the exponential. */
  public static final int EXP = 14;

  public static final int SIGMOID = 15;
  public static final int SILU = 16;
  public static final int ELU = 17;
  public static final int CELU = 18;
  public static final int SELU = 19;

  /** From here on: functions by erf and tanh. */
  public static final int ERF = 20;

  public static final int GELU = 21;
  public static final int TANH = 22;
  public static final int GELU_TANH = 23;

  /** From here on: functions by the logarithm, for {@link #kLogarithm}. */
  public static final int LOG = 24;

  public static final int SOFTPLUS = 25;
  public static final int MISH = 26;

  public static final int ADD = 0;
  public static final int SUB = 1;
  public static final int MUL = 2;
  public static final int DIV = 3;
  public static final int MAX = 4;
  public static final int MIN = 5;
  public static final int PRELU = 6;

  private PointwiseKernel() {}

  /**
   * The logarithm has a kernel of its own: TornadoVM inlines at most 600 nodes of a kernel's
   * helpers, and merges wrongly where both arms of an if have loops.
   */
  static void kUnary(
      KernelContext context,
      IntArray geometry,
      FloatArray constants,
      FloatArray arena,
      IntArray state) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      int parameters = geometry.get(PARAMETERS);
      float x = arena.get(geometry.get(INPUT) + i);
      int function = geometry.get(FUNCTION);
      float alpha = constants.get(parameters);
      float beta = constants.get(parameters + 1);
      float y = 0f;
      if (function < EXP) {
        y = plain(function, x, alpha, beta);
      } else if (function < ERF) {
        y = exponential(function, x, alpha, beta, constants);
      } else {
        y = curve(function, x, constants);
      }
      DeviceEpilogue.store(context, geometry, EPILOGUE, OUTPUT, constants, arena, state, y, i);
    }
  }

  @SuppressWarnings("IfChainToSwitch") // device code: TornadoVM compiles chains
  private static float plain(int function, float x, float alpha, float beta) {
    float y = x;
    if (function == ABS) {
      y = x < 0f ? -x : x + 0f;
    } else if (function == NEG) {
      y = -x;
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
    } else if (function == SOFTSIGN) {
      y = x / (1f + (x < 0f ? -x : x));
    } else if (function == CEIL) {
      y = TornadoMath.ceil(x);
    } else if (function == FLOOR) {
      y = TornadoMath.floor(x);
    } else if (function == ROUND) {
      y = DeviceMath.round(x);
    } else if (function == SIGN) {
      y = x > 0f ? 1f : x < 0f ? -1f : x;
    } else if (function == THRESHOLDED_RELU) {
      y = x > alpha ? x : 0f;
    }
    return y;
  }

  @SuppressWarnings("IfChainToSwitch") // device code: TornadoVM compiles chains
  private static float exponential(
      int function, float x, float alpha, float beta, FloatArray constants) {
    float argument = x;
    if (function == SIGMOID || function == SILU) {
      argument = -x;
    } else if (function == CELU) {
      argument = x / alpha;
    }
    float power = DeviceMath.exp(constants, argument);
    float y = power;
    if (function == SIGMOID) {
      y = 1f / (1f + power);
    } else if (function == SILU) {
      y = x / (1f + power);
    } else if (function == ELU) {
      y = x >= 0f ? x : alpha * (power - 1f);
    } else if (function == SELU) {
      y = beta * (x > 0f ? x : alpha * (power - 1f));
    } else if (function == CELU) {
      float below = alpha * (power - 1f);
      y = DeviceMath.positive(x) + (below > 0f ? 0f : below);
    }
    return y;
  }

  static void kLogarithm(
      KernelContext context,
      IntArray geometry,
      FloatArray constants,
      FloatArray arena,
      IntArray state) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      float x = arena.get(geometry.get(INPUT) + i);
      int function = geometry.get(FUNCTION);
      float argument = x;
      if (function > LOG) {
        argument = 1f + DeviceMath.exp(constants, x < 0f ? x : -x);
      }
      float y = DeviceMath.log(constants, argument);
      if (function > LOG) {
        y = DeviceMath.positive(x) + y;
      }
      if (function == MISH) {
        y = x * DeviceMath.tanh(constants, y);
      }
      DeviceEpilogue.store(context, geometry, EPILOGUE, OUTPUT, constants, arena, state, y, i);
    }
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
      FloatArray arena,
      IntArray state) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      long places =
          DeviceStrides.places(
              geometry, AXES, geometry.get(RANK), i, geometry.get(INPUT), geometry.get(SECOND));
      float a = first.get(DeviceStrides.first(places));
      float b = second.get(DeviceStrides.second(places));
      float y = binary(geometry.get(FUNCTION), a, b);
      DeviceEpilogue.store(context, geometry, EPILOGUE, OUTPUT, constants, arena, state, y, i);
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
