package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What kernels do to a finished result before they store it: a list of operations in the geometry,
 * first their number, then four numbers each. Runs on the device.
 */
// NaN is what differs from itself; calls of Float.isNaN do not compile for devices.
@SuppressWarnings("IdentityBinaryExpression")
public final class DeviceEpilogue {
  /**
   * Numbers of an operation. The last two are never 0: compilers may divide by them before they
   * look at the kind.
   */
  public static final int WORDS = 4;

  /** {@code y * alpha[c] + beta[c]}: where alpha is (beta follows it), run, count of c. */
  public static final int AFFINE = 0;

  /** {@code y + bias[c]}: where the bias is, run, count of c. */
  public static final int BIAS = 1;

  /** {@code y + other[i]}: where the other tensor is in the arena. */
  public static final int RESIDUAL = 2;

  /** {@code min(max(y, low), high)}: where low is (high follows it). */
  public static final int CLAMP = 3;

  /** {@code y * factor}: where the factor is. */
  public static final int SCALE = 4;

  /**
   * The quantized value: where the thresholds are (values follow them), half their number, and
   * where in {@link DeviceState} NaN and infinite values are counted.
   */
  public static final int QUANTIZE = 5;

  private DeviceEpilogue() {}

  /**
   * Applies the list and stores the result.
   *
   * @param list the number of the geometry that says where the list is
   * @param output the number that says where the tensor is in the arena
   * @param index of the result within the tensor
   */
  @SuppressWarnings("IfChainToSwitch") // device code: TornadoVM compiles chains
  static void store(
      KernelContext context,
      IntArray geometry,
      int list,
      int output,
      FloatArray constants,
      FloatArray arena,
      IntArray state,
      float result,
      int index) {
    int at = geometry.get(list);
    int count = geometry.get(at);
    float y = result;
    for (int e = 0; e < count; e++) {
      int word = at + 1 + WORDS * e;
      int operation = geometry.get(word);
      int from = geometry.get(word + 1);
      int second = geometry.get(word + 2);
      int third = geometry.get(word + 3);
      if (operation == AFFINE) {
        int c = from + index / second % third;
        y = y * constants.get(c) + constants.get(c + third);
      } else if (operation == BIAS) {
        y = y + constants.get(from + index / second % third);
      } else if (operation == RESIDUAL) {
        y = y + arena.get(from + index);
      } else if (operation == CLAMP) {
        y = clamp(y, constants.get(from), constants.get(from + 1));
      } else if (operation == SCALE) {
        y = y * constants.get(from);
      } else {
        count(context, state, third, y);
        if (y == y) {
          y = constants.get(from + 2 * second + search(constants, from, second, y));
        }
      }
    }
    arena.set(geometry.get(output) + index, y);
  }

  /** Counts a value that is not finite. */
  static void count(KernelContext context, IntArray state, int at, float y) {
    // The difference of a finite number with itself is zero, of others NaN.
    if (y - y != 0f) {
      if (y != y) {
        context.atomicAdd(state, at, 1);
      } else {
        context.atomicAdd(state, at + 1, 1);
      }
    }
  }

  /** NaN stays. */
  static float clamp(float x, float low, float high) {
    float y = x;
    if (x == x) {
      y = x > low ? x : low;
      y = y < high ? y : high;
    }
    return y;
  }

  /**
   * How many of the {@code 2 * half - 1} ascending thresholds are not above x.
   *
   * @param half a power of two
   */
  static int search(FloatArray constants, int thresholds, int half, float x) {
    int count = 0;
    for (int step = half; step > 0; step = step / 2) {
      if (x >= constants.get(thresholds + count + step - 1)) {
        count += step;
      }
    }
    return count;
  }
}
