package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The geometry of matrix products {@code [rows, terms] x [terms, columns]}: which number is where
 * in the array, and the arithmetic on it that runs on the device.
 *
 * <p>The left operand lies at {@code LEFT + row * LEFT_ROW + term * LEFT_TERM}. A column of the
 * right operand is an output position of a sliding window: {@code column = batch * PIXELS + y *
 * OUTPUT_WIDTH + x}; a term adds the offset that the tables hold, three numbers each: how far in
 * memory, rows, and columns of the input. Outside the input it is zero. A matrix is an image one
 * pixel high, or one pixel large.
 */
public final class MatrixGeometry {
  public static final int ROWS = 0;
  public static final int TERMS = 1;
  public static final int COLUMNS = 2;

  /** Terms in a tile; a constant, but not one for the compiler, which would unroll loops. */
  public static final int DEPTH = 3;

  /** Results of a thread; likewise. */
  public static final int RESULTS = 4;

  /** Where the starts of each product of a batch are: left, right and result. */
  public static final int STARTS = 5;

  public static final int LEFT = 6;
  public static final int LEFT_ROW = 7;
  public static final int LEFT_TERM = 8;

  /** Whether neighbouring threads load neighbouring rows (1) or terms (0). */
  public static final int LEFT_BY_ROW = 9;

  public static final int RIGHT = 10;
  public static final int RIGHT_BATCH = 11;
  public static final int RIGHT_Y = 12;
  public static final int RIGHT_X = 13;

  /** Whether neighbouring threads load neighbouring columns (1) or terms (0). */
  public static final int RIGHT_BY_COLUMN = 14;

  public static final int TERM_OFFSETS = 15;
  public static final int HEIGHT = 16;
  public static final int WIDTH = 17;
  public static final int OUTPUT_WIDTH = 18;
  public static final int PIXELS = 19;
  public static final int STRIDE_Y = 20;
  public static final int STRIDE_X = 21;
  public static final int PAD_Y = 22;
  public static final int PAD_X = 23;
  public static final int RESULT = 24;
  public static final int RESULT_ROW = 25;
  public static final int RESULT_BATCH = 26;

  /** Distance of results of neighbouring columns; {@code RESULT_LINE} of lines of the output. */
  public static final int RESULT_PIXEL = 27;

  public static final int RESULT_LINE = 28;
  public static final int EPILOGUE = 29;

  /** The numbers that all matrix products have. */
  public static final int SIZE = 30;

  /** Results along each side of a group's tile. */
  public static final int SIDE = 64;

  /** Threads along each side of a group. */
  static final int THREADS = 16;

  static final int GROUP = THREADS * THREADS;

  /** Terms in a tile. */
  public static final int TILE_DEPTH = 16;

  /** Results of a thread. */
  public static final int RESULTS_OF_THREAD = 16;

  /** Two numbers of padding keep 16 terms of two columns in different memory banks. */
  static final int PITCH = SIDE + 2;

  static final int TILE_WORDS = TILE_DEPTH * PITCH;

  /** Outside every input. */
  private static final int FAR = -(1 << 28);

  private MatrixGeometry() {}

  /** The input row that a column's window starts at; far outside for columns that do not exist. */
  static int columnY(IntArray geometry, int column) {
    int pixel = column % geometry.get(PIXELS);
    int y = pixel / geometry.get(OUTPUT_WIDTH) * geometry.get(STRIDE_Y) - geometry.get(PAD_Y);
    return column < geometry.get(COLUMNS) ? y : FAR;
  }

  /** The input column that a column's window starts at. */
  static int columnX(IntArray geometry, int column) {
    int pixel = column % geometry.get(PIXELS);
    return pixel % geometry.get(OUTPUT_WIDTH) * geometry.get(STRIDE_X) - geometry.get(PAD_X);
  }

  /** How far a column's window starts from the first element of the input. */
  static int columnBase(IntArray geometry, int column) {
    int pixel = column % geometry.get(PIXELS);
    int y = pixel / geometry.get(OUTPUT_WIDTH) * geometry.get(STRIDE_Y) - geometry.get(PAD_Y);
    return column / geometry.get(PIXELS) * geometry.get(RIGHT_BATCH)
        + y * geometry.get(RIGHT_Y)
        + columnX(geometry, column) * geometry.get(RIGHT_X);
  }

  /** The index of a result within its tensor, without the start of its product. */
  static int result(IntArray geometry, int row, int column) {
    int pixels = geometry.get(PIXELS);
    int batch = column / pixels;
    int pixel = column - batch * pixels;
    int width = geometry.get(OUTPUT_WIDTH);
    int line = pixel / width;
    return row * geometry.get(RESULT_ROW)
        + batch * geometry.get(RESULT_BATCH)
        + line * geometry.get(RESULT_LINE)
        + (pixel - line * width) * geometry.get(RESULT_PIXEL);
  }

  /** Along rows or columns: which one the i-th number of a tile belongs to. */
  static int line(int i, int depth, int byLine) {
    return byLine == 1 ? i % SIDE : i / depth;
  }

  /** Which term the i-th number of a tile belongs to. */
  static int term(int i, int depth, int byLine) {
    return byLine == 1 ? i / SIDE : i % depth;
  }

  /**
   * How far an element of the right operand is from the first one, or -1 if it lies outside.
   *
   * @param offset the term's offsets in the tables
   * @param base the column's {@link #columnBase}; {@code y} and {@code x} likewise
   */
  static int place(IntArray tables, int offset, int base, int y, int x, int height, int width) {
    int inY = y + tables.get(offset + 1);
    int inX = x + tables.get(offset + 2);
    int place = -1;
    if (inY >= 0 && inY < height && inX >= 0 && inX < width) {
      place = base + tables.get(offset);
    }
    return place;
  }
}
