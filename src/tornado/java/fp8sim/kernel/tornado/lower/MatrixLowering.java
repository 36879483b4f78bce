package fp8sim.kernel.tornado.lower;

import fp8sim.kernel.tornado.device.MatrixGeometry;
import fp8sim.plan.WindowAxis;
import fp8sim.plan.WindowGeometry;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import java.util.Arrays;

/**
 * A batch of matrix products, {@code [rows, terms] x [terms, columns]}, of row-major matrices.
 *
 * @param starts left, right and result of each product
 */
record MatrixLowering(
    int rows, int terms, int columns, Distances left, Distances right, int[] starts) {
  /** How far rows and columns of an operand are apart in memory. */
  record Distances(int row, int column) {
    /** Those of a row-major matrix as it is stored, or of its transposed one. */
    static Distances of(int storedColumns, boolean transposed) {
      return transposed ? new Distances(1, storedColumns) : new Distances(storedColumns, 1);
    }
  }

  static MatrixLowering ofGemm(Shape a, Shape b, boolean transA, boolean transB) {
    int rows = a.dim(transA ? 1 : 0);
    int terms = a.dim(transA ? 0 : 1);
    int columns = b.dim(transB ? 0 : 1);
    return new MatrixLowering(
        rows,
        terms,
        columns,
        Distances.of(transA ? rows : terms, transA),
        Distances.of(transB ? terms : columns, transB),
        new int[3]);
  }

  /** As {@code numpy.matmul}; rows of all products become one matrix where the right is shared. */
  static MatrixLowering ofMatMul(Shape a, Shape b, Shape y, boolean transB) {
    Shape left = a.rank() == 1 ? Shape.of(1, a.dim(0)) : a;
    Shape right = b.rank() == 1 ? Shape.of(b.dim(0), 1) : b;
    int terms = left.dim(-1);
    if (right.rank() == 2) {
      Shape flat = Shape.of(left.elements() / Math.max(1, terms), terms);
      return ofGemm(flat, right, false, transB);
    }
    int rows = left.dim(-2);
    int columns = right.dim(transB ? -2 : -1);
    int batchAxes = y.rank() - (a.rank() > 1 ? 1 : 0) - 1;
    Shape batch = leading(y, batchAxes);
    int[] starts = new int[3 * batch.elements()];
    fill(starts, 0, leading(left, left.rank() - 2), batch, rows * terms);
    fill(starts, 1, leading(right, right.rank() - 2), batch, terms * columns);
    fill(starts, 2, batch, batch, rows * columns);
    Distances rightDistances = Distances.of(transB ? terms : columns, transB);
    return new MatrixLowering(
        rows, terms, columns, Distances.of(terms, false), rightDistances, starts);
  }

  private static Shape leading(Shape shape, int axes) {
    return Shape.of(Arrays.copyOf(shape.dims(), axes));
  }

  /** Notes where each product's matrix starts; batch axes of size 1 repeat. */
  private static void fill(int[] starts, int column, Shape own, Shape batch, int matrix) {
    int[] repeated = Strides.repeated(own, batch);
    for (int p = 0; p < repeated.length; p++) {
      starts[3 * p + column] = repeated[p] * matrix;
    }
  }

  int count() {
    return starts.length / 3;
  }

  /** The geometry of these products, without operands' places and epilogue. */
  int[] geometry(ProgramBuilder program) {
    int[] geometry = new int[MatrixGeometry.SIZE + starts.length];
    geometry[MatrixGeometry.ROWS] = rows;
    geometry[MatrixGeometry.TERMS] = terms;
    geometry[MatrixGeometry.COLUMNS] = columns;
    geometry[MatrixGeometry.LEFT_ROW] = left.row();
    geometry[MatrixGeometry.LEFT_TERM] = left.column();
    geometry[MatrixGeometry.LEFT_BY_ROW] = left.row() == 1 ? 1 : 0;
    geometry[MatrixGeometry.RIGHT_X] = right.column();
    geometry[MatrixGeometry.RIGHT_BY_COLUMN] = right.column() == 1 ? 1 : 0;
    geometry[MatrixGeometry.HEIGHT] = 1;
    geometry[MatrixGeometry.WIDTH] = columns;
    geometry[MatrixGeometry.OUTPUT_WIDTH] = columns;
    geometry[MatrixGeometry.PIXELS] = Math.max(1, columns);
    geometry[MatrixGeometry.STRIDE_Y] = 1;
    geometry[MatrixGeometry.STRIDE_X] = 1;
    geometry[MatrixGeometry.RESULT_ROW] = columns;
    geometry[MatrixGeometry.RESULT_PIXEL] = 1;
    geometry[MatrixGeometry.TERM_OFFSETS] = program.addTable(termOffsets(right.row()));
    setTile(geometry, starts);
    return geometry;
  }

  /**
   * The geometry with rows and columns, left and right exchanged, that is, of the transposed
   * products, without operands' places and epilogue. Each column is an image of one pixel.
   */
  int[] transposedGeometry(ProgramBuilder program) {
    int[] swapped = starts.clone();
    for (int p = 0; p < starts.length; p += 3) {
      swapped[p] = starts[p + 1];
      swapped[p + 1] = starts[p];
    }
    int[] geometry = new int[MatrixGeometry.SIZE + starts.length];
    geometry[MatrixGeometry.ROWS] = columns;
    geometry[MatrixGeometry.TERMS] = terms;
    geometry[MatrixGeometry.COLUMNS] = rows;
    geometry[MatrixGeometry.RIGHT_BATCH] = left.row();
    geometry[MatrixGeometry.HEIGHT] = 1;
    geometry[MatrixGeometry.WIDTH] = 1;
    geometry[MatrixGeometry.OUTPUT_WIDTH] = 1;
    geometry[MatrixGeometry.PIXELS] = 1;
    geometry[MatrixGeometry.RESULT_ROW] = 1;
    geometry[MatrixGeometry.RESULT_BATCH] = columns;
    geometry[MatrixGeometry.RIGHT_BY_COLUMN] = left.row() == 1 ? 1 : 0;
    geometry[MatrixGeometry.TERM_OFFSETS] = program.addTable(termOffsets(left.column()));
    setTile(geometry, swapped);
    return geometry;
  }

  private int[] termOffsets(int distance) {
    int[] offsets = new int[3 * terms];
    for (int k = 0; k < terms; k++) {
      offsets[3 * k] = k * distance;
    }
    return offsets;
  }

  /**
   * The geometry of a convolution, without operands' places and epilogue; groups are a batch of
   * products.
   *
   * @param channels input channels of a group
   * @param filters output channels of all groups
   */
  static int[] convolution(
      ProgramBuilder program,
      WindowGeometry window,
      int batch,
      int channels,
      int filters,
      int groups) {
    int[] geometry = new int[MatrixGeometry.SIZE + 3 * groups];
    int terms = channels * window.taps();
    int plane = channels * window.plane();
    geometry[MatrixGeometry.ROWS] = filters / groups;
    geometry[MatrixGeometry.TERMS] = terms;
    geometry[MatrixGeometry.COLUMNS] = batch * window.positions();
    geometry[MatrixGeometry.LEFT_ROW] = terms;
    geometry[MatrixGeometry.LEFT_TERM] = 1;
    geometry[MatrixGeometry.RIGHT_BATCH] = groups * plane;
    geometry[MatrixGeometry.RIGHT_Y] = window.horizontal().input();
    geometry[MatrixGeometry.RIGHT_X] = 1;
    geometry[MatrixGeometry.RIGHT_BY_COLUMN] = 1;
    geometry[MatrixGeometry.TERM_OFFSETS] = program.addTable(termOffsets(window, channels));
    geometry[MatrixGeometry.HEIGHT] = window.vertical().input();
    geometry[MatrixGeometry.WIDTH] = window.horizontal().input();
    geometry[MatrixGeometry.OUTPUT_WIDTH] = window.horizontal().output();
    geometry[MatrixGeometry.PIXELS] = window.positions();
    geometry[MatrixGeometry.STRIDE_Y] = window.vertical().stride();
    geometry[MatrixGeometry.STRIDE_X] = window.horizontal().stride();
    geometry[MatrixGeometry.PAD_Y] = window.vertical().before();
    geometry[MatrixGeometry.PAD_X] = window.horizontal().before();
    geometry[MatrixGeometry.RESULT_ROW] = window.positions();
    geometry[MatrixGeometry.RESULT_BATCH] = filters * window.positions();
    geometry[MatrixGeometry.RESULT_LINE] = window.horizontal().output();
    geometry[MatrixGeometry.RESULT_PIXEL] = 1;
    int[] starts = new int[3 * groups];
    for (int g = 0; g < groups; g++) {
      starts[3 * g] = g * (filters / groups) * terms;
      starts[3 * g + 1] = g * plane;
      starts[3 * g + 2] = g * (filters / groups) * window.positions();
    }
    setTile(geometry, starts);
    return geometry;
  }

  /**
   * For each term of a convolution, in the order channel, kernel row, kernel column: how far it is
   * from the window's first element in memory, rows and columns.
   */
  private static int[] termOffsets(WindowGeometry window, int channels) {
    WindowAxis y = window.vertical();
    WindowAxis x = window.horizontal();
    int[] offsets = new int[3 * channels * window.taps()];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int ky = 0; ky < y.kernel(); ky++) {
        for (int kx = 0; kx < x.kernel(); kx++) {
          offsets[at++] = (c * y.input() + ky * y.dilation()) * x.input() + kx * x.dilation();
          offsets[at++] = ky * y.dilation();
          offsets[at++] = kx * x.dilation();
        }
      }
    }
    return offsets;
  }

  /** Completes a geometry with what all have, and where the products of a batch start. */
  static void setTile(int[] geometry, int[] starts) {
    geometry[MatrixGeometry.DEPTH] = MatrixGeometry.TILE_DEPTH;
    geometry[MatrixGeometry.RESULTS] = MatrixGeometry.RESULTS_OF_THREAD;
    geometry[MatrixGeometry.STARTS] = MatrixGeometry.SIZE;
    System.arraycopy(starts, 0, geometry, MatrixGeometry.SIZE, starts.length);
  }
}
