package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Grouped and depthwise convolutions of codes: one thread for each output. Runs on the device. */
public final class GroupedProductKernel {
  /** The number behind those of {@link GroupedConvolutionKernel}: each channel's table. */
  public static final int TABLES = GroupedConvolutionKernel.SIZE;

  public static final int UNIT = TABLES + 1;
  public static final int SCALES = TABLES + 2;
  public static final int SIZE = TABLES + 3;

  private GroupedProductKernel() {}

  static void kGroupedProducts(
      KernelContext context,
      int mode,
      IntArray geometry,
      IntArray codes,
      FloatArray constants,
      IntArray tables,
      FloatArray arena,
      IntArray state) {
    int i = context.globalIdx;
    if (i < geometry.get(DeviceWindow.COUNT)) {
      int width = geometry.get(DeviceWindow.WIDTH);
      int height = geometry.get(DeviceWindow.HEIGHT);
      int filter = GroupedConvolutionKernel.filter(geometry, i);
      int channels = geometry.get(GroupedConvolutionKernel.GROUP_CHANNELS);
      int start = GroupedConvolutionKernel.start(geometry, i, filter);
      int top = DeviceWindow.top(geometry, i);
      int left = DeviceWindow.left(geometry, i);
      int kernelY = geometry.get(DeviceWindow.KERNEL_Y);
      int kernelX = geometry.get(DeviceWindow.KERNEL_X);
      int weight =
          geometry.get(GroupedConvolutionKernel.WEIGHTS) + filter * channels * kernelY * kernelX;
      int table = tables.get(geometry.get(TABLES) + filter);
      long sum = 0;
      int seen = 0;
      for (int c = 0; c < channels; c++) {
        for (int ky = 0; ky < kernelY; ky++) {
          int y = top + ky * geometry.get(DeviceWindow.DILATION_Y);
          for (int kx = 0; kx < kernelX; kx++) {
            int x = left + kx * geometry.get(DeviceWindow.DILATION_X);
            if (y >= 0 && y < height && x >= 0 && x < width) {
              int code = codes.get(start + (c * height + y) * width + x);
              seen = seen | code;
              sum += DeviceProducts.global(mode, tables, table, code + tables.get(weight));
            }
            weight++;
          }
        }
      }
      float unit = constants.get(geometry.get(UNIT));
      float nan = constants.get(DeviceMath.NAN);
      float result =
          DeviceProducts.result(sum, seen, unit, nan)
              * constants.get(geometry.get(SCALES) + filter);
      DeviceEpilogue.store(
          context,
          geometry,
          DeviceWindow.EPILOGUE,
          DeviceWindow.OUTPUT,
          constants,
          arena,
          state,
          result,
          i);
    }
  }
}
