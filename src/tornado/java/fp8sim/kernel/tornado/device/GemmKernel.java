package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Matrix products and convolutions in float32: {@code y[i][j] = epilogue(sum over k of left[i][k] *
 * right[k][j])}, each sum one chain in the order of k, multiplied, rounded, then added.
 *
 * <p>A group of 16 x 16 threads computes 64 x 64 results, 4 x 4 a thread: 16 products of 8 numbers
 * from local memory. Loops with constant bounds are unrolled, so that private arrays are registers;
 * {@code finished} is not. {@link MatrixGeometry} tells where operands and results are. Runs on the
 * device.
 */
final class GemmKernel {
  private GemmKernel() {}

  static void kGemm(
      KernelContext context,
      IntArray geometry,
      FloatArray left,
      FloatArray right,
      FloatArray constants,
      IntArray tables,
      FloatArray arena,
      IntArray state) {
    float[] leftTile = context.allocateFloatLocalArray(MatrixGeometry.TILE_WORDS);
    float[] rightTile = context.allocateFloatLocalArray(MatrixGeometry.TILE_WORDS);
    int[] bases = context.allocateIntLocalArray(MatrixGeometry.SIDE);
    int[] ys = context.allocateIntLocalArray(MatrixGeometry.SIDE);
    int[] xs = context.allocateIntLocalArray(MatrixGeometry.SIDE);
    int x = context.localIdx;
    int y = context.localIdy;
    int thread = y * MatrixGeometry.THREADS + x;
    int firstRow = context.groupIdy * MatrixGeometry.SIDE;
    int firstColumn = context.groupIdx * MatrixGeometry.SIDE;
    int rows = geometry.get(MatrixGeometry.ROWS);
    int terms = geometry.get(MatrixGeometry.TERMS);
    int columns = geometry.get(MatrixGeometry.COLUMNS);
    int depth = geometry.get(MatrixGeometry.DEPTH);
    int starts = geometry.get(MatrixGeometry.STARTS) + 3 * context.groupIdz;
    int leftAt = geometry.get(MatrixGeometry.LEFT) + geometry.get(starts);
    int leftRow = geometry.get(MatrixGeometry.LEFT_ROW);
    int leftTerm = geometry.get(MatrixGeometry.LEFT_TERM);
    int rightAt = geometry.get(MatrixGeometry.RIGHT) + geometry.get(starts + 1);
    int leftByRow = geometry.get(MatrixGeometry.LEFT_BY_ROW);
    int rightByColumn = geometry.get(MatrixGeometry.RIGHT_BY_COLUMN);
    int offsets = geometry.get(MatrixGeometry.TERM_OFFSETS);
    int height = geometry.get(MatrixGeometry.HEIGHT);
    int width = geometry.get(MatrixGeometry.WIDTH);
    if (thread < MatrixGeometry.SIDE) {
      bases[thread] = MatrixGeometry.columnBase(geometry, firstColumn + thread);
      ys[thread] = MatrixGeometry.columnY(geometry, firstColumn + thread);
      xs[thread] = MatrixGeometry.columnX(geometry, firstColumn + thread);
    }
    float[] sums = new float[16];
    float[] ls = new float[4];
    float[] rs = new float[4];
    for (int i = 0; i < 16; i++) {
      sums[i] = 0f;
    }
    for (int first = 0; first < terms; first += depth) {
      context.localBarrier();
      for (int i = thread; i < depth * MatrixGeometry.SIDE; i += MatrixGeometry.GROUP) {
        int row = MatrixGeometry.line(i, depth, leftByRow);
        int leftK = MatrixGeometry.term(i, depth, leftByRow);
        int k = first + leftK;
        float value = 0f;
        if (k < terms && firstRow + row < rows) {
          value = left.get(leftAt + (firstRow + row) * leftRow + k * leftTerm);
        }
        leftTile[leftK * MatrixGeometry.PITCH + row] = value;
        int column = MatrixGeometry.line(i, depth, rightByColumn);
        int rightK = MatrixGeometry.term(i, depth, rightByColumn);
        int l = first + rightK;
        float other = 0f;
        if (l < terms) {
          int place =
              MatrixGeometry.place(
                  tables, offsets + 3 * l, bases[column], ys[column], xs[column], height, width);
          if (place >= 0) {
            other = right.get(rightAt + place);
          }
        }
        rightTile[rightK * MatrixGeometry.PITCH + column] = other;
      }
      context.localBarrier();
      for (int k = 0; k < depth; k++) {
        int l = k * MatrixGeometry.PITCH + y;
        int r = k * MatrixGeometry.PITCH + x;
        for (int i = 0; i < 4; i++) {
          ls[i] = leftTile[l + 16 * i];
          rs[i] = rightTile[r + 16 * i];
        }
        for (int i = 0; i < 4; i++) {
          for (int j = 0; j < 4; j++) {
            sums[4 * i + j] = sums[4 * i + j] + ls[i] * rs[j];
          }
        }
      }
    }
    float[] finished = new float[16];
    for (int i = 0; i < 16; i++) {
      finished[i] = sums[i];
    }
    int results = geometry.get(MatrixGeometry.RESULTS);
    for (int i = 0; i < results; i++) {
      int row = firstRow + y + i / 4 * 16;
      int column = firstColumn + x + i % 4 * 16;
      if (row < rows && column < columns) {
        int index = geometry.get(starts + 2) + MatrixGeometry.result(geometry, row, column);
        DeviceEpilogue.store(
            context,
            geometry,
            MatrixGeometry.EPILOGUE,
            MatrixGeometry.RESULT,
            constants,
            arena,
            state,
            finished[i],
            index);
      }
    }
  }
}
