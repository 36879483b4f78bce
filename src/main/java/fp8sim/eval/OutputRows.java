package fp8sim.eval;

import fp8sim.tensor.Conversion;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;

/** The outputs of a batch as arrays of float32: of each sample one row, or one for each token. */
final class OutputRows {
  private OutputRows() {}

  /**
   * All rows of each sample, without padding.
   *
   * @param tensor [N, ...], or [N, L, ...] with a row for each token
   * @param lengths rows of each of the first samples; of others nothing is returned
   */
  static float[][][] of(Tensor tensor, int[] lengths, boolean perToken) {
    Shape shape = tensor.shape();
    int rowsStored = perToken ? shape.dim(1) : 1;
    int width = shape.elements(perToken ? 2 : 1, shape.rank());
    float[] all = Conversion.toFloats(tensor);
    float[][][] samples = new float[lengths.length][][];
    for (int i = 0; i < lengths.length; i++) {
      samples[i] = new float[perToken ? lengths[i] : 1][];
      for (int row = 0; row < samples[i].length; row++) {
        int from = (i * rowsStored + row) * width;
        samples[i][row] = Arrays.copyOfRange(all, from, from + width);
      }
    }
    return samples;
  }
}
