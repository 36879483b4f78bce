package fp8sim.eval;

import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** One array for each sample of a batch. */
final class Rows {
  private Rows() {}

  /** The first {@code count} samples of a float32 tensor {@code [N, ...]}. */
  static float[][] of(Tensor tensor, int count) {
    int width = tensor.shape().elements(1, tensor.shape().rank());
    float[][] rows = new float[count][width];
    for (int i = 0; i < count; i++) {
      long from = (long) i * width * Float.BYTES;
      MemorySegment.copy(tensor.data(), Tensor.FLOAT, from, rows[i], 0, width);
    }
    return rows;
  }
}
