package fp8sim.kernel.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Grouped and depthwise convolutions in float32: one thread for each output, terms in the order
 * input channel, kernel row, kernel column. Runs on the device.
 */
final class GroupedConvolutionKernel {
  static final int COUNT = 0;
  static final int WEIGHTS = 1;
  static final int INPUT = 2;
  static final int OUTPUT = 3;
  static final int FILTERS = 4;

  /** Output channels of a group. */
  static final int GROUP_FILTERS = 5;

  /** Input channels of a group. */
  static final int GROUP_CHANNELS = 6;

  static final int CHANNELS = 7;
  static final int HEIGHT = 8;
  static final int WIDTH = 9;
  static final int OUTPUT_HEIGHT = 10;
  static final int OUTPUT_WIDTH = 11;
  static final int KERNEL_Y = 12;
  static final int KERNEL_X = 13;
  static final int STRIDE_Y = 14;
  static final int STRIDE_X = 15;
  static final int DILATION_Y = 16;
  static final int DILATION_X = 17;
  static final int PAD_Y = 18;
  static final int PAD_X = 19;
  static final int EPILOGUE = 20;
  static final int SIZE = 21;

  private GroupedConvolutionKernel() {}

  static void kGroupedConvolution(
      KernelContext context, IntArray geometry, FloatArray constants, FloatArray arena) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      int width = geometry.get(WIDTH);
      int height = geometry.get(HEIGHT);
      int filter = filter(geometry, i);
      int channels = geometry.get(GROUP_CHANNELS);
      int plane = plane(geometry, i, filter);
      int top = top(geometry, i);
      int left = left(geometry, i);
      int kernelY = geometry.get(KERNEL_Y);
      int kernelX = geometry.get(KERNEL_X);
      int weight = geometry.get(WEIGHTS) + filter * channels * kernelY * kernelX;
      float sum = 0f;
      for (int c = 0; c < channels; c++) {
        for (int ky = 0; ky < kernelY; ky++) {
          int y = top + ky * geometry.get(DILATION_Y);
          for (int kx = 0; kx < kernelX; kx++) {
            int x = left + kx * geometry.get(DILATION_X);
            if (y >= 0 && y < height && x >= 0 && x < width) {
              float value = arena.get(plane + (c * height + y) * width + x);
              sum = sum + constants.get(weight) * value;
            }
            weight++;
          }
        }
      }
      arena.set(
          geometry.get(OUTPUT) + i,
          DeviceEpilogue.apply(geometry, geometry.get(EPILOGUE), constants, arena, sum, i));
    }
  }

  /** The output channel of output i. */
  static int filter(IntArray geometry, int i) {
    int pixels = geometry.get(OUTPUT_HEIGHT) * geometry.get(OUTPUT_WIDTH);
    return i / pixels % geometry.get(FILTERS);
  }

  /** Where the first input plane of output i starts. */
  static int plane(IntArray geometry, int i, int filter) {
    int pixels = geometry.get(OUTPUT_HEIGHT) * geometry.get(OUTPUT_WIDTH);
    int batch = i / pixels / geometry.get(FILTERS);
    int group = filter / geometry.get(GROUP_FILTERS);
    int channel = batch * geometry.get(CHANNELS) + group * geometry.get(GROUP_CHANNELS);
    return geometry.get(INPUT) + channel * geometry.get(HEIGHT) * geometry.get(WIDTH);
  }

  /** The input row that the window of output i starts at. */
  static int top(IntArray geometry, int i) {
    int row = i / geometry.get(OUTPUT_WIDTH) % geometry.get(OUTPUT_HEIGHT);
    return row * geometry.get(STRIDE_Y) - geometry.get(PAD_Y);
  }

  /** The input column that the window of output i starts at. */
  static int left(IntArray geometry, int i) {
    return i % geometry.get(OUTPUT_WIDTH) * geometry.get(STRIDE_X) - geometry.get(PAD_X);
  }
}
