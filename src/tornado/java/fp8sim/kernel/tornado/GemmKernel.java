package fp8sim.kernel.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Matrix products and convolutions in float32: {@code y[i][j] = epilogue(sum over k of left[i][k] *
 * right[k][j])}, each sum one chain in the order of k, multiplied, rounded, then added.
 *
 * <p>A group of 16 x 16 threads computes 64 x 64 results, 4 x 4 a thread: 16 products of 8 numbers
 * from local memory. {@link MatrixGeometry} tells where operands and results are. Runs on the
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
      FloatArray arena) {
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
    float a00 = 0f;
    float a01 = 0f;
    float a02 = 0f;
    float a03 = 0f;
    float a10 = 0f;
    float a11 = 0f;
    float a12 = 0f;
    float a13 = 0f;
    float a20 = 0f;
    float a21 = 0f;
    float a22 = 0f;
    float a23 = 0f;
    float a30 = 0f;
    float a31 = 0f;
    float a32 = 0f;
    float a33 = 0f;
    for (int first = 0; first < terms; first += depth) {
      context.localBarrier();
      for (int i = thread; i < depth * MatrixGeometry.SIDE; i += MatrixGeometry.GROUP) {
        int row = leftByRow == 1 ? i % MatrixGeometry.SIDE : i / depth;
        int leftK = leftByRow == 1 ? i / MatrixGeometry.SIDE : i % depth;
        int k = first + leftK;
        float value = 0f;
        if (k < terms && firstRow + row < rows) {
          value = left.get(leftAt + (firstRow + row) * leftRow + k * leftTerm);
        }
        leftTile[leftK * MatrixGeometry.PITCH + row] = value;
        int column = rightByColumn == 1 ? i % MatrixGeometry.SIDE : i / depth;
        int rightK = rightByColumn == 1 ? i / MatrixGeometry.SIDE : i % depth;
        int l = first + rightK;
        float other = 0f;
        if (l < terms) {
          int inY = ys[column] + tables.get(offsets + 3 * l + 1);
          int inX = xs[column] + tables.get(offsets + 3 * l + 2);
          if (inY >= 0 && inY < height && inX >= 0 && inX < width) {
            other = right.get(rightAt + bases[column] + tables.get(offsets + 3 * l));
          }
        }
        rightTile[rightK * MatrixGeometry.PITCH + column] = other;
      }
      context.localBarrier();
      for (int k = 0; k < depth; k++) {
        int l = k * MatrixGeometry.PITCH + y;
        float l0 = leftTile[l];
        float l1 = leftTile[l + 16];
        float l2 = leftTile[l + 32];
        float l3 = leftTile[l + 48];
        int r = k * MatrixGeometry.PITCH + x;
        float r0 = rightTile[r];
        float r1 = rightTile[r + 16];
        float r2 = rightTile[r + 32];
        float r3 = rightTile[r + 48];
        a00 = a00 + l0 * r0;
        a01 = a01 + l0 * r1;
        a02 = a02 + l0 * r2;
        a03 = a03 + l0 * r3;
        a10 = a10 + l1 * r0;
        a11 = a11 + l1 * r1;
        a12 = a12 + l1 * r2;
        a13 = a13 + l1 * r3;
        a20 = a20 + l2 * r0;
        a21 = a21 + l2 * r1;
        a22 = a22 + l2 * r2;
        a23 = a23 + l2 * r3;
        a30 = a30 + l3 * r0;
        a31 = a31 + l3 * r1;
        a32 = a32 + l3 * r2;
        a33 = a33 + l3 * r3;
      }
    }
    float[] sums = new float[16];
    sums[0] = a00;
    sums[1] = a01;
    sums[2] = a02;
    sums[3] = a03;
    sums[4] = a10;
    sums[5] = a11;
    sums[6] = a12;
    sums[7] = a13;
    sums[8] = a20;
    sums[9] = a21;
    sums[10] = a22;
    sums[11] = a23;
    sums[12] = a30;
    sums[13] = a31;
    sums[14] = a32;
    sums[15] = a33;
    int results = geometry.get(MatrixGeometry.RESULTS);
    int epilogue = geometry.get(MatrixGeometry.EPILOGUE);
    int resultAt = geometry.get(MatrixGeometry.RESULT);
    for (int i = 0; i < results; i++) {
      int row = firstRow + y + i / 4 * 16;
      int column = firstColumn + x + i % 4 * 16;
      if (row < rows && column < columns) {
        int index = geometry.get(starts + 2) + MatrixGeometry.result(geometry, row, column);
        arena.set(
            resultAt + index,
            DeviceEpilogue.apply(geometry, epilogue, constants, arena, sums[i], index));
      }
    }
  }
}
