package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Maximum and mean over windows: one thread for each output. Runs on the device. */
// NaN is what differs from itself; calls of Float.isNaN do not compile for devices.
@SuppressWarnings("IdentityBinaryExpression")
public final class PoolKernel {
  /** Up to here rows and columns count as padding, if padding counts; else the input's size. */
  public static final int END_Y = DeviceWindow.SIZE;

  public static final int END_X = DeviceWindow.SIZE + 1;

  /** 1 if padding counts. */
  public static final int COUNT_PADDING = DeviceWindow.SIZE + 2;

  public static final int SIZE = DeviceWindow.SIZE + 3;

  private PoolKernel() {}

  /** NaN wins; a window without elements gives -infinity. */
  static void kMaximum(
      KernelContext context,
      IntArray geometry,
      FloatArray constants,
      FloatArray arena,
      IntArray state) {
    int i = context.globalIdx;
    if (i < geometry.get(DeviceWindow.COUNT)) {
      int height = geometry.get(DeviceWindow.HEIGHT);
      int width = geometry.get(DeviceWindow.WIDTH);
      int plane = DeviceWindow.start(geometry, DeviceWindow.plane(geometry, i));
      int top = DeviceWindow.top(geometry, i);
      int left = DeviceWindow.left(geometry, i);
      int kernelY = geometry.get(DeviceWindow.KERNEL_Y);
      int kernelX = geometry.get(DeviceWindow.KERNEL_X);
      float best = Float.NEGATIVE_INFINITY;
      float nan = 0f;
      for (int ky = 0; ky < kernelY; ky++) {
        int y = top + ky * geometry.get(DeviceWindow.DILATION_Y);
        for (int kx = 0; kx < kernelX; kx++) {
          int x = left + kx * geometry.get(DeviceWindow.DILATION_X);
          if (y >= 0 && y < height && x >= 0 && x < width) {
            float value = arena.get(plane + y * width + x);
            if (value != value) {
              nan = value;
            }
            if (value > best) {
              best = value;
            }
          }
        }
      }
      if (nan != nan) {
        best = nan;
      }
      DeviceEpilogue.store(
          context,
          geometry,
          DeviceWindow.EPILOGUE,
          DeviceWindow.OUTPUT,
          constants,
          arena,
          state,
          best,
          i);
    }
  }

  /** The window's elements are added in row-major order, starting at +0. */
  static void kMean(
      KernelContext context,
      IntArray geometry,
      FloatArray constants,
      FloatArray arena,
      IntArray state) {
    int i = context.globalIdx;
    if (i < geometry.get(DeviceWindow.COUNT)) {
      int height = geometry.get(DeviceWindow.HEIGHT);
      int width = geometry.get(DeviceWindow.WIDTH);
      int plane = DeviceWindow.start(geometry, DeviceWindow.plane(geometry, i));
      int top = DeviceWindow.top(geometry, i);
      int left = DeviceWindow.left(geometry, i);
      int kernelY = geometry.get(DeviceWindow.KERNEL_Y);
      int kernelX = geometry.get(DeviceWindow.KERNEL_X);
      int countPadding = geometry.get(COUNT_PADDING);
      float sum = 0f;
      int count = 0;
      for (int ky = 0; ky < kernelY; ky++) {
        int y = top + ky * geometry.get(DeviceWindow.DILATION_Y);
        for (int kx = 0; kx < kernelX; kx++) {
          int x = left + kx * geometry.get(DeviceWindow.DILATION_X);
          if (y >= 0 && y < height && x >= 0 && x < width) {
            sum = sum + arena.get(plane + y * width + x);
            count++;
          } else if (y < geometry.get(END_Y) && x < geometry.get(END_X)) {
            count += countPadding;
          }
        }
      }
      float mean = sum / count;
      DeviceEpilogue.store(
          context,
          geometry,
          DeviceWindow.EPILOGUE,
          DeviceWindow.OUTPUT,
          constants,
          arena,
          state,
          mean,
          i);
    }
  }
}
