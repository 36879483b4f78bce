package fp8sim.eval;

import fp8sim.tensor.Conversion;
import fp8sim.tensor.Tensor;
import java.util.Arrays;

/** One array for each sample of a batch. */
final class OutputRows {
  private OutputRows() {}

  /** The first {@code count} samples of a tensor {@code [N, ...]} of numbers, as float32. */
  static float[][] of(Tensor tensor, int count) {
    int width = tensor.shape().elements(1, tensor.shape().rank());
    float[] all = Conversion.toFloats(tensor);
    float[][] rows = new float[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = Arrays.copyOfRange(all, i * width, (i + 1) * width);
    }
    return rows;
  }
}
