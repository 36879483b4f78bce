package fp8sim.kernel.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Copies elements from one strided layout to another. Runs on the device. */
final class MoveKernel {
  static final int COUNT = 0;
  static final int RANK = 1;
  static final int FROM = 2;
  static final int TO = 3;

  /** From here on, for each axis from the last to the first: size, stride of source and target. */
  static final int AXES = 4;

  static final int AXIS_WORDS = 3;

  private MoveKernel() {}

  static void kMove(
      KernelContext context, IntArray geometry, FloatArray source, FloatArray target) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      int rank = geometry.get(RANK);
      int from = geometry.get(FROM);
      int to = geometry.get(TO);
      int rest = i;
      for (int axis = 0; axis < rank; axis++) {
        int word = AXES + AXIS_WORDS * axis;
        int size = geometry.get(word);
        int index = rest % size;
        rest = rest / size;
        from += index * geometry.get(word + 1);
        to += index * geometry.get(word + 2);
      }
      target.set(to, source.get(from));
    }
  }
}
