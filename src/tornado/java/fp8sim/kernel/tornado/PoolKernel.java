package fp8sim.kernel.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Maximum and mean over windows: one thread for each output. Runs on the device. */
// NaN is what differs from itself; calls of Float.isNaN do not compile for devices.
@SuppressWarnings("IdentityBinaryExpression")
final class PoolKernel {
  static final int COUNT = 0;
  static final int INPUT = 1;
  static final int OUTPUT = 2;
  static final int HEIGHT = 3;
  static final int WIDTH = 4;
  static final int OUTPUT_HEIGHT = 5;
  static final int OUTPUT_WIDTH = 6;
  static final int KERNEL_Y = 7;
  static final int KERNEL_X = 8;
  static final int STRIDE_Y = 9;
  static final int STRIDE_X = 10;
  static final int DILATION_Y = 11;
  static final int DILATION_X = 12;
  static final int PAD_Y = 13;
  static final int PAD_X = 14;

  /** Up to here rows and columns count as padding, if padding counts; else the input's size. */
  static final int END_Y = 15;

  static final int END_X = 16;

  /** 1 if padding counts. */
  static final int COUNT_PADDING = 17;

  static final int EPILOGUE = 18;
  static final int SIZE = 19;

  private PoolKernel() {}

  /** NaN wins; a window without elements gives -infinity. */
  static void kMaximum(
      KernelContext context, IntArray geometry, FloatArray constants, FloatArray arena) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      int height = geometry.get(HEIGHT);
      int width = geometry.get(WIDTH);
      int plane = plane(geometry, i);
      int top = top(geometry, i);
      int left = left(geometry, i);
      int kernelY = geometry.get(KERNEL_Y);
      int kernelX = geometry.get(KERNEL_X);
      float best = Float.NEGATIVE_INFINITY;
      float nan = 0f;
      for (int ky = 0; ky < kernelY; ky++) {
        int y = top + ky * geometry.get(DILATION_Y);
        for (int kx = 0; kx < kernelX; kx++) {
          int x = left + kx * geometry.get(DILATION_X);
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
      arena.set(
          geometry.get(OUTPUT) + i,
          DeviceEpilogue.apply(geometry, geometry.get(EPILOGUE), constants, arena, best, i));
    }
  }

  /** The window's elements are added in row-major order, starting at +0. */
  static void kMean(
      KernelContext context, IntArray geometry, FloatArray constants, FloatArray arena) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      int height = geometry.get(HEIGHT);
      int width = geometry.get(WIDTH);
      int plane = plane(geometry, i);
      int top = top(geometry, i);
      int left = left(geometry, i);
      int kernelY = geometry.get(KERNEL_Y);
      int kernelX = geometry.get(KERNEL_X);
      int countPadding = geometry.get(COUNT_PADDING);
      float sum = 0f;
      int count = 0;
      for (int ky = 0; ky < kernelY; ky++) {
        int y = top + ky * geometry.get(DILATION_Y);
        for (int kx = 0; kx < kernelX; kx++) {
          int x = left + kx * geometry.get(DILATION_X);
          if (y >= 0 && y < height && x >= 0 && x < width) {
            sum = sum + arena.get(plane + y * width + x);
            count++;
          } else if (y < geometry.get(END_Y) && x < geometry.get(END_X)) {
            count += countPadding;
          }
        }
      }
      float mean = sum / count;
      arena.set(
          geometry.get(OUTPUT) + i,
          DeviceEpilogue.apply(geometry, geometry.get(EPILOGUE), constants, arena, mean, i));
    }
  }

  private static int plane(IntArray geometry, int i) {
    int pixels = geometry.get(OUTPUT_HEIGHT) * geometry.get(OUTPUT_WIDTH);
    return geometry.get(INPUT) + i / pixels * (geometry.get(HEIGHT) * geometry.get(WIDTH));
  }

  private static int top(IntArray geometry, int i) {
    int row = i / geometry.get(OUTPUT_WIDTH) % geometry.get(OUTPUT_HEIGHT);
    return row * geometry.get(STRIDE_Y) - geometry.get(PAD_Y);
  }

  private static int left(IntArray geometry, int i) {
    return i % geometry.get(OUTPUT_WIDTH) * geometry.get(STRIDE_X) - geometry.get(PAD_X);
  }
}
