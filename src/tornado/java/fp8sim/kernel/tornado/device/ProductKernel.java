package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Matrix products and convolutions of codes: the integers of {@link DeviceProducts} are added
 * exactly, then rounded once. Tiles are those of {@link GemmKernel}; the output channels of a tile
 * share one product table, which lies in local memory. Loops with constant bounds are unrolled, so
 * that private arrays are registers; {@code sums} is not. Runs on the device.
 */
public final class ProductKernel {
  /** The numbers behind those of {@link MatrixGeometry}. */
  public static final int LEFT_TILE = MatrixGeometry.SIZE;

  /** Where the output channel of each row of each tile is; -1 for none. */
  public static final int CHANNELS = LEFT_TILE + 1;

  /** Where each tile's product table is. */
  public static final int TILE_TABLES = LEFT_TILE + 2;

  /** Numbers of a product table that lie in local memory. */
  public static final int TABLE_WORDS = LEFT_TILE + 3;

  /** The code of padding, whose products are zero. */
  public static final int PADDING = LEFT_TILE + 4;

  /** Where the unit of products is in the constants. */
  public static final int UNIT = LEFT_TILE + 5;

  /** Where the scale of each output channel is. */
  public static final int SCALES = LEFT_TILE + 6;

  public static final int SIZE = LEFT_TILE + 7;

  private ProductKernel() {}

  static void kProducts(
      KernelContext context,
      int mode,
      IntArray geometry,
      IntArray left,
      IntArray codes,
      FloatArray constants,
      IntArray tables,
      FloatArray arena,
      IntArray state) {
    int[] leftTile = context.allocateIntLocalArray(MatrixGeometry.TILE_WORDS);
    int[] rightTile = context.allocateIntLocalArray(MatrixGeometry.TILE_WORDS);
    int[] bases = context.allocateIntLocalArray(MatrixGeometry.SIDE);
    int[] ys = context.allocateIntLocalArray(MatrixGeometry.SIDE);
    int[] xs = context.allocateIntLocalArray(MatrixGeometry.SIDE);
    int[] table = context.allocateIntLocalArray(DeviceProducts.LOCAL_WORDS);
    int x = context.localIdx;
    int y = context.localIdy;
    int thread = y * MatrixGeometry.THREADS + x;
    int tile = context.groupIdy;
    int firstColumn = context.groupIdx * MatrixGeometry.SIDE;
    int terms = geometry.get(MatrixGeometry.TERMS);
    int columns = geometry.get(MatrixGeometry.COLUMNS);
    int depth = geometry.get(MatrixGeometry.DEPTH);
    int starts = geometry.get(MatrixGeometry.STARTS) + 3 * context.groupIdz;
    int leftAt =
        geometry.get(MatrixGeometry.LEFT) + geometry.get(starts) + tile * geometry.get(LEFT_TILE);
    int leftRow = geometry.get(MatrixGeometry.LEFT_ROW);
    int leftTerm = geometry.get(MatrixGeometry.LEFT_TERM);
    int rightAt = geometry.get(MatrixGeometry.RIGHT) + geometry.get(starts + 1);
    int rightByColumn = geometry.get(MatrixGeometry.RIGHT_BY_COLUMN);
    int offsets = geometry.get(MatrixGeometry.TERM_OFFSETS);
    int height = geometry.get(MatrixGeometry.HEIGHT);
    int width = geometry.get(MatrixGeometry.WIDTH);
    int padding = geometry.get(PADDING);
    int channels = geometry.get(CHANNELS) + tile * MatrixGeometry.SIDE;
    int tableAt = tables.get(geometry.get(TILE_TABLES) + tile);
    if (thread < MatrixGeometry.SIDE) {
      bases[thread] = MatrixGeometry.columnBase(geometry, firstColumn + thread);
      ys[thread] = MatrixGeometry.columnY(geometry, firstColumn + thread);
      xs[thread] = MatrixGeometry.columnX(geometry, firstColumn + thread);
    }
    int words = geometry.get(TABLE_WORDS);
    for (int i = thread; i < words; i += MatrixGeometry.GROUP) {
      table[i] = tables.get(tableAt + i);
    }
    long[] acc = new long[16];
    int[] ls = new int[4];
    int[] rs = new int[4];
    int[] leftSeen = new int[4];
    int[] rightSeen = new int[4];
    for (int i = 0; i < 4; i++) {
      leftSeen[i] = 0;
      rightSeen[i] = 0;
      for (int j = 0; j < 4; j++) {
        acc[4 * i + j] = 0;
      }
    }
    for (int first = 0; first < terms; first += depth) {
      context.localBarrier();
      for (int i = thread; i < depth * MatrixGeometry.SIDE; i += MatrixGeometry.GROUP) {
        int row = i % MatrixGeometry.SIDE;
        int leftK = i / MatrixGeometry.SIDE;
        int k = first + leftK;
        int value = 0;
        if (k < terms && tables.get(channels + row) >= 0) {
          value = left.get(leftAt + row * leftRow + k * leftTerm);
        }
        leftTile[leftK * MatrixGeometry.PITCH + row] = value;
        int column = MatrixGeometry.line(i, depth, rightByColumn);
        int rightK = MatrixGeometry.term(i, depth, rightByColumn);
        int l = first + rightK;
        int other = padding;
        if (l < terms) {
          int place =
              MatrixGeometry.place(
                  tables, offsets + 3 * l, bases[column], ys[column], xs[column], height, width);
          if (place >= 0) {
            other = codes.get(rightAt + place);
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
          leftSeen[i] = leftSeen[i] | ls[i];
          rightSeen[i] = rightSeen[i] | rs[i];
        }
        for (int i = 0; i < 4; i++) {
          for (int j = 0; j < 4; j++) {
            int sum = ls[i] + rs[j];
            long product = 0;
            if (mode == DeviceProducts.CODED) {
              int word = table[DeviceProducts.word(sum)];
              product = table[DeviceProducts.decoded(word, sum)];
            } else if (mode == DeviceProducts.FACTORED) {
              int significand = table[DeviceProducts.index(sum)];
              product = (long) significand << DeviceProducts.shift(sum);
            } else {
              product = DeviceProducts.general(tables, tableAt, sum);
            }
            acc[4 * i + j] = acc[4 * i + j] + product;
          }
        }
      }
    }
    float unit = constants.get(geometry.get(UNIT));
    float nan = constants.get(DeviceMath.NAN);
    float[] sums = new float[16];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        int seen = leftSeen[i] | rightSeen[j];
        sums[4 * i + j] = DeviceProducts.result(acc[4 * i + j], seen, unit, nan);
      }
    }
    int results = geometry.get(MatrixGeometry.RESULTS);
    int scales = geometry.get(SCALES);
    for (int i = 0; i < results; i++) {
      int channel = tables.get(channels + y + i / 4 * 16);
      int column = firstColumn + x + i % 4 * 16;
      if (channel >= 0 && column < columns) {
        int index = geometry.get(starts + 2) + MatrixGeometry.result(geometry, channel, column);
        float value = sums[i] * constants.get(scales + channel);
        DeviceEpilogue.store(
            context,
            geometry,
            MatrixGeometry.EPILOGUE,
            MatrixGeometry.RESULT,
            constants,
            arena,
            state,
            value,
            index);
      }
    }
  }
}
