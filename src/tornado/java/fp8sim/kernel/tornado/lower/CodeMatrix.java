package fp8sim.kernel.tornado.lower;

import fp8sim.kernel.tornado.device.MatrixGeometry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products of codes, output channels as rows.
 *
 * @param geometry as {@link MatrixLowering} makes it; with the left operand's place if it is
 *     computed
 * @param channels output channels of all products
 * @param channelStep output channels of each product of a batch, 0 if all have the same ones
 * @param weight the constant left operand, null if it is computed
 */
record CodeMatrix(int[] geometry, int channels, int channelStep, @Nullable Weight weight) {

  /** A weight's value. */
  @FunctionalInterface
  interface Weight {
    float of(int channel, int term);
  }

  int terms() {
    return geometry[MatrixGeometry.TERMS];
  }

  int rows() {
    return geometry[MatrixGeometry.ROWS];
  }

  /** How many products there are. */
  int count() {
    return (geometry.length - MatrixGeometry.SIZE) / 3;
  }

  /** The geometry with room for a kernel's own numbers behind the fixed part. */
  int[] geometry(int size) {
    int starts = geometry.length - MatrixGeometry.SIZE;
    int[] all = Arrays.copyOf(geometry, size + starts);
    Arrays.fill(all, MatrixGeometry.SIZE, size, 0);
    System.arraycopy(geometry, MatrixGeometry.SIZE, all, size, starts);
    all[MatrixGeometry.STARTS] = size;
    return all;
  }
}
