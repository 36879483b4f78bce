package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Grouped and depthwise convolutions in float32: one thread for each output, terms in the order
 * input channel, kernel row, kernel column. Runs on the device.
 */
public final class GroupedConvolutionKernel {
  /** The numbers behind those of {@link DeviceWindow}. */
  public static final int WEIGHTS = DeviceWindow.SIZE;

  public static final int FILTERS = DeviceWindow.SIZE + 1;

  /** Output channels of a group. */
  public static final int GROUP_FILTERS = DeviceWindow.SIZE + 2;

  /** Input channels of a group. */
  public static final int GROUP_CHANNELS = DeviceWindow.SIZE + 3;

  public static final int CHANNELS = DeviceWindow.SIZE + 4;
  public static final int SIZE = DeviceWindow.SIZE + 5;

  private GroupedConvolutionKernel() {}

  static void kGroupedConvolution(
      KernelContext context,
      IntArray geometry,
      FloatArray constants,
      FloatArray arena,
      IntArray state) {
    int i = context.globalIdx;
    if (i < geometry.get(DeviceWindow.COUNT)) {
      int width = geometry.get(DeviceWindow.WIDTH);
      int height = geometry.get(DeviceWindow.HEIGHT);
      int filter = filter(geometry, i);
      int channels = geometry.get(GROUP_CHANNELS);
      int start = start(geometry, i, filter);
      int top = DeviceWindow.top(geometry, i);
      int left = DeviceWindow.left(geometry, i);
      int kernelY = geometry.get(DeviceWindow.KERNEL_Y);
      int kernelX = geometry.get(DeviceWindow.KERNEL_X);
      int weight = geometry.get(WEIGHTS) + filter * channels * kernelY * kernelX;
      float sum = 0f;
      for (int c = 0; c < channels; c++) {
        for (int ky = 0; ky < kernelY; ky++) {
          int y = top + ky * geometry.get(DeviceWindow.DILATION_Y);
          for (int kx = 0; kx < kernelX; kx++) {
            int x = left + kx * geometry.get(DeviceWindow.DILATION_X);
            if (y >= 0 && y < height && x >= 0 && x < width) {
              float value = arena.get(start + (c * height + y) * width + x);
              sum = sum + constants.get(weight) * value;
            }
            weight++;
          }
        }
      }
      DeviceEpilogue.store(
          context,
          geometry,
          DeviceWindow.EPILOGUE,
          DeviceWindow.OUTPUT,
          constants,
          arena,
          state,
          sum,
          i);
    }
  }

  /** The output channel of output i. */
  static int filter(IntArray geometry, int i) {
    return DeviceWindow.plane(geometry, i) % geometry.get(FILTERS);
  }

  /** Where the first input plane of output i starts. */
  static int start(IntArray geometry, int i, int filter) {
    int batch = DeviceWindow.plane(geometry, i) / geometry.get(FILTERS);
    int group = filter / geometry.get(GROUP_FILTERS);
    int channel = batch * geometry.get(CHANNELS) + group * geometry.get(GROUP_CHANNELS);
    return DeviceWindow.start(geometry, channel);
  }
}
