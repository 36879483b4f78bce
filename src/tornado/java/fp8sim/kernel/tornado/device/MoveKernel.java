package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Copies elements from one strided layout to another. Runs on the device. */
public final class MoveKernel {
  public static final int COUNT = 0;
  public static final int RANK = 1;
  public static final int FROM = 2;
  public static final int TO = 3;

  /** From here on: {@link DeviceStrides} of source and target. */
  public static final int AXES = 4;

  private MoveKernel() {}

  static void kMove(
      KernelContext context, IntArray geometry, FloatArray source, FloatArray target) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      long places =
          DeviceStrides.places(
              geometry, AXES, geometry.get(RANK), i, geometry.get(FROM), geometry.get(TO));
      target.set(DeviceStrides.second(places), source.get(DeviceStrides.first(places)));
    }
  }
}
