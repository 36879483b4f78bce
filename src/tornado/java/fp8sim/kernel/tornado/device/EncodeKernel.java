package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Turns values of an operand into codes, as {@link DeviceProducts} has them. Runs on the device.
 */
// NaN is what differs from itself; calls of Float.isNaN do not compile for devices.
@SuppressWarnings("IdentityBinaryExpression")
public final class EncodeKernel {
  public static final int COUNT = 0;
  public static final int INPUT = 1;
  public static final int OUTPUT = 2;

  /** Where the thresholds between neighbouring values are, and half their number. */
  public static final int THRESHOLDS = 3;

  public static final int HALF = 4;

  /** Where the code of each value is, in the tables. */
  public static final int CODES = 5;

  /** The code of numbers that are not finite. */
  public static final int NOT_FINITE = 6;

  /** The code of -0, which some multipliers tell from +0. */
  public static final int NEGATIVE_ZERO = 7;

  public static final int SIZE = 8;

  private EncodeKernel() {}

  static void kEncode(
      KernelContext context,
      IntArray geometry,
      FloatArray constants,
      IntArray tables,
      FloatArray arena,
      IntArray codes) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      float x = arena.get(geometry.get(INPUT) + i);
      int code = geometry.get(NOT_FINITE);
      // The difference of a finite number with itself is zero, of others NaN.
      if (x - x == 0f) {
        int half = geometry.get(HALF);
        int index = DeviceEpilogue.search(constants, geometry.get(THRESHOLDS), half, x);
        code = tables.get(geometry.get(CODES) + index);
        if (1f / x == Float.NEGATIVE_INFINITY) {
          code = geometry.get(NEGATIVE_ZERO);
        }
      }
      codes.set(geometry.get(OUTPUT) + i, code);
    }
  }
}
