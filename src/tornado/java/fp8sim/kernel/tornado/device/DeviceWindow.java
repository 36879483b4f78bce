package fp8sim.kernel.tornado.device;

import fp8sim.plan.Step;
import fp8sim.plan.WindowGeometry;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The geometry of kernels that slide a window over planes, one thread for each output: the numbers
 * that all have, and the arithmetic on them that runs on the device.
 */
public final class DeviceWindow {
  public static final int COUNT = 0;
  public static final int INPUT = 1;
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
  public static final int EPILOGUE = 15;

  /** The numbers that all windows have. */
  static final int SIZE = 16;

  private DeviceWindow() {}

  /**
   * The geometry of a step without input and epilogue.
   *
   * @param output where the output lies on the device
   * @param size how many numbers the kernel has
   */
  public static int[] of(Step step, WindowGeometry window, int output, int size) {
    int[] geometry = new int[size];
    geometry[COUNT] = step.output().shape().elements();
    geometry[OUTPUT] = output;
    geometry[HEIGHT] = window.vertical().input();
    geometry[WIDTH] = window.horizontal().input();
    geometry[OUTPUT_HEIGHT] = window.vertical().output();
    geometry[OUTPUT_WIDTH] = window.horizontal().output();
    geometry[KERNEL_Y] = window.vertical().kernel();
    geometry[KERNEL_X] = window.horizontal().kernel();
    geometry[STRIDE_Y] = window.vertical().stride();
    geometry[STRIDE_X] = window.horizontal().stride();
    geometry[DILATION_Y] = window.vertical().dilation();
    geometry[DILATION_X] = window.horizontal().dilation();
    geometry[PAD_Y] = window.vertical().before();
    geometry[PAD_X] = window.horizontal().before();
    return geometry;
  }

  /** The plane of output i, counted over samples and channels. */
  static int plane(IntArray geometry, int i) {
    return i / (geometry.get(OUTPUT_HEIGHT) * geometry.get(OUTPUT_WIDTH));
  }

  /** Where an input plane starts. */
  static int start(IntArray geometry, int plane) {
    return geometry.get(INPUT) + plane * geometry.get(HEIGHT) * geometry.get(WIDTH);
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
