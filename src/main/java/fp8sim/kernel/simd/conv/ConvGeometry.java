package fp8sim.kernel.simd.conv;

import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.kernel.Binding;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Step;
import fp8sim.plan.WindowAxis;
import fp8sim.plan.WindowGeometry;
import fp8sim.tensor.Shape;

/**
 * Sizes of a one- or two-dimensional convolution; one dimension is a plane of height 1.
 *
 * @param channels input channels of a group
 * @param filters output channels of a group
 */
public record ConvGeometry(
    int batch, int groups, int channels, int filters, WindowGeometry window) {
  /** Most rows or columns of a padded plane, and most elements: sums of two fit an int. */
  private static final long MOST = 1 << 30;

  /** A padded plane may have so many elements whatever the operands' sizes are. */
  private static final long SMALL_PLANE = 1 << 22;

  /** All padded planes together may have so many. */
  private static final long SMALL_COPIES = 1 << 26;

  /** Else so many times the elements of input and output. */
  private static final long MOST_PADDING = 16;

  /** The geometry of a step with a Conv. */
  public static ConvGeometry of(Step step) {
    Op.Conv op = (Op.Conv) step.op();
    return of(op, step.input(0).shape(), step.input(1).shape(), step.output().shape());
  }

  public static ConvGeometry of(Op.Conv op, Shape x, Shape weight, Shape y) {
    int filters = weight.dim(0) / op.group();
    WindowGeometry window = WindowGeometry.of(op.window(), x, y);
    return new ConvGeometry(x.dim(0), op.group(), weight.dim(1), filters, window);
  }

  /** A pooling: each channel by itself. */
  public static ConvGeometry of(Window window, Shape x, Shape y) {
    return new ConvGeometry(x.dim(0), x.dim(1), 1, 1, WindowGeometry.of(window, x, y));
  }

  /** The same convolution, a 1x1 one without strides or padding as one long row. */
  public ConvGeometry simplified() {
    boolean pointwise =
        kernelHeight() == 1
            && kernelWidth() == 1
            && strideY() == 1
            && strideX() == 1
            && padTop() == 0
            && padLeft() == 0
            && height() == outHeight()
            && width() == outWidth();
    WindowAxis row = WindowAxis.pointwise(plane());
    return pointwise
        ? new ConvGeometry(
            batch, groups, channels, filters, new WindowGeometry(WindowAxis.ABSENT, row))
        : this;
  }

  /**
   * Whether copies of the input with all padding that windows reach are worth their memory, and all
   * positions in them fit an int. Strides, dilations and pads of other convolutions and poolings
   * are huge beside what is convolved.
   */
  public boolean isOrdinary() {
    long tileRows = Math.ceilDiv(outHeight(), GemmTile.WINDOW_ROWS) * (long) GemmTile.WINDOW_ROWS;
    long tileColumns = Math.ceilDiv(outWidth(), TileShape.COLUMNS) * (long) TileShape.COLUMNS;
    long mostRows = paddedHeight(tileRows);
    long mostColumns = paddedWidth(tileColumns + Memory.LANES + 1);
    if (mostRows > MOST || mostColumns > MOST || mostRows * mostColumns > MOST) {
      return false;
    }
    long mostPlane = mostRows * mostColumns;
    long copies = batch * (long) inputChannels() * paddedPlane();
    long operands =
        batch * ((long) inputChannels() * plane() + (long) outputChannels() * outPlane());
    return (mostPlane <= SMALL_PLANE || mostPlane <= MOST_PADDING * ((long) plane() + outPlane()))
        && (copies <= SMALL_COPIES || copies <= MOST_PADDING * operands);
  }

  /** Elements of a plane of the input with all padding that windows reach. */
  public long paddedPlane() {
    return paddedHeight(outHeight()) * paddedWidth(outWidth());
  }

  /** Rows of a plane of the input with all padding that windows reach. */
  public int paddedHeight() {
    return Math.toIntExact(paddedHeight(outHeight()));
  }

  /** Columns of a plane of the input with all padding that windows reach. */
  public int paddedWidth() {
    return Math.toIntExact(paddedWidth(outWidth()));
  }

  /** Whether windows reach beyond the input. */
  public boolean hasPadding() {
    return paddedHeight(outHeight()) > height() || paddedWidth(outWidth()) > width();
  }

  private long paddedHeight(long outputs) {
    long reached = (outputs - 1) * strideY() + (kernelHeight() - 1L) * dilationY() + 1;
    return Math.max((long) padTop() + height(), reached);
  }

  private long paddedWidth(long outputs) {
    long reached = (outputs - 1) * strideX() + (kernelWidth() - 1L) * dilationX() + 1;
    return Math.max((long) padLeft() + width(), reached);
  }

  /** Terms of each output. */
  public int terms() {
    return channels * kernelHeight() * kernelWidth();
  }

  public int outPlane() {
    return window.positions();
  }

  public int plane() {
    return window.plane();
  }

  public int height() {
    return window.vertical().input();
  }

  public int width() {
    return window.horizontal().input();
  }

  public int outHeight() {
    return window.vertical().output();
  }

  public int outWidth() {
    return window.horizontal().output();
  }

  public int kernelHeight() {
    return window.vertical().kernel();
  }

  public int kernelWidth() {
    return window.horizontal().kernel();
  }

  public int strideY() {
    return window.vertical().stride();
  }

  public int strideX() {
    return window.horizontal().stride();
  }

  public int dilationY() {
    return window.vertical().dilation();
  }

  public int dilationX() {
    return window.horizontal().dilation();
  }

  public int padTop() {
    return window.vertical().before();
  }

  public int padLeft() {
    return window.horizontal().before();
  }

  public int inputChannels() {
    return groups * channels;
  }

  public int outputChannels() {
    return groups * filters;
  }

  /** First output column whose input column is not in the left padding, for a kernel column. */
  int firstColumn(int kx) {
    return Math.clamp(Math.ceilDiv(padLeft() - kx * dilationX(), strideX()), 0, outWidth());
  }

  /** First output column whose input column is in the right padding, for a kernel column. */
  int endColumn(int kx) {
    int last = Math.floorDiv(width() - 1 + padLeft() - kx * dilationX(), strideX());
    return Math.clamp(last + 1, firstColumn(kx), outWidth());
  }

  /** Row of the input under kernel row ky of an output row; -1 in the padding. */
  int inputRow(int outRow, int ky) {
    int row = outRow * strideY() + ky * dilationY() - padTop();
    return row < 0 || row >= height() ? -1 : row;
  }

  /** Stores a Conv's outputs: rows are channels, columns positions of all images. */
  public TileWriter writer(Step step, Binding binding) {
    TileEpilogue epilogue =
        TileEpilogue.ofConv(step, binding, TileStage.Channels.ROWS, outputChannels());
    long plane = (long) outPlane() * Float.BYTES;
    return new TileWriter(epilogue, outPlane(), outputChannels() * plane, plane);
  }
}
