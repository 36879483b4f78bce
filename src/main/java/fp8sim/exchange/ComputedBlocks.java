package fp8sim.exchange;

import fp8sim.common.Fp8simException;
import fp8sim.format.BlockFormat;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.BlockScale;
import fp8sim.format.FloatFormat;
import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;

/**
 * Block formats of computed values as operators of ONNX: the axis cut into blocks, the scale of
 * each from its largest magnitude, and the elements quantized between a division and a product. The
 * same operations as {@link BlockQuantizer}'s, so that the bits are too.
 */
final class ComputedBlocks {
  private static final int LARGEST_EXPONENT = 127;

  /** Writes what quantizes elements, of the quotient of a number and its scale. */
  @FunctionalInterface
  interface Elements {
    void write(String quotient, String quantized);
  }

  private final ExportedNodes out;
  private final BlockQuantizer quantizer;
  private final String x;
  private final String y;
  private final NodeFormula formula;
  private final Shape shape;
  private final int axis;
  private final int size;
  private final int count;

  private ComputedBlocks(ExportedNodes out, BlockQuantizer quantizer, String x, String y) {
    this.out = out;
    this.quantizer = quantizer;
    this.x = x;
    this.y = y;
    this.formula = new NodeFormula(out, y + "/");
    this.shape = out.type(x).shape();
    this.axis = quantizer.axis() < 0 ? quantizer.axis() + shape.rank() : quantizer.axis();
    int length = shape.dim(axis);
    this.size = Math.min(quantizer.format().size(), length);
    this.count = size == 0 ? 0 : Math.ceilDiv(length, size);
  }

  /**
   * Writes a quantizer.
   *
   * @param x what it reads
   * @param y the quantized value, which the graph reads
   * @throws Fp8simException (usage) if x is a single number
   */
  static void write(
      ExportedNodes out, BlockQuantizer quantizer, String x, String y, Elements elements) {
    if (out.type(x).shape().rank() == 0) {
      throw Fp8simException.usage(
          "%s: a single number in a block format cannot be exported".formatted(y));
    }
    new ComputedBlocks(out, quantizer, x, y).write(elements);
  }

  private void write(Elements elements) {
    String padded = padded();
    String blocks = count <= 1 ? padded : cut(padded);
    String scale = scale(largest(blocks));
    String quotient = formula.binary("quotient", BinaryFunction.DIV, blocks, scale);
    String quantized = out.reserve(y + "/elements", out.type(quotient));
    elements.write(quotient, quantized);
    Op.Binary product = new Op.Binary(BinaryFunction.MUL);
    if (count <= 1) {
      out.make(y, product, quantized, scale);
      return;
    }
    String values = out.add(y + "/values", product, out.type(blocks), quantized, scale);
    TensorType dims = new TensorType(DataType.INT64, Shape.of(shape.rank()));
    String whole = out.add(y + "/shape", new Op.ShapeOf(0, null), dims, padded);
    if (padded.equals(x)) {
      out.make(y, new Op.Reshape(false), values, whole);
      return;
    }
    String joined = out.add(y + "/joined", new Op.Reshape(false), out.type(padded), values, whole);
    out.make(
        y,
        new Op.Slice(),
        joined,
        longs("start", 0),
        longs("end", shape.dim(axis)),
        longs("axis", axis),
        longs("step", 1));
  }

  /** Filled up with zeros to whole blocks. */
  private String padded() {
    int missing = count * size - shape.dim(axis);
    if (missing == 0) {
      return x;
    }
    long[] pads = new long[2 * shape.rank()];
    pads[shape.rank() + axis] = missing;
    TensorType type = new TensorType(DataType.FLOAT, shape.with(axis, count * size));
    return out.add(y + "/padded", new Op.Pad(Op.Pad.Mode.CONSTANT), type, x, longs("pads", pads));
  }

  /** The axis becomes two, of blocks and of their elements; those behind it become one. */
  private String cut(String padded) {
    boolean isLast = axis == shape.rank() - 1;
    long[] target = new long[axis + (isLast ? 2 : 2 + 1)];
    int[] dims = Arrays.copyOf(shape.dims(), target.length);
    target[axis] = count;
    target[axis + 1] = size;
    dims[axis] = count;
    dims[axis + 1] = size;
    if (!isLast) {
      target[axis + 2] = -1;
      dims[axis + 2] = shape.elements(axis + 1, shape.rank());
    }
    TensorType type = new TensorType(DataType.FLOAT, Shape.of(dims));
    String shapeName = longs("blocks_shape", target);
    return out.add(y + "/blocks", new Op.Reshape(false), type, padded, shapeName);
  }

  /** The largest magnitude of each block; NaN does not count. */
  private String largest(String blocks) {
    TensorType type = out.type(blocks);
    String magnitude = formula.unary("magnitude", UnaryFunction.ABS, blocks);
    String isNan = formula.unary("is_nan", UnaryFunction.IS_NAN, blocks);
    String zero = out.constant(y + "/zero", Tensor.ofFloats(Shape.SCALAR, 0));
    String number = out.add(y + "/number", new Op.Where(), type, isNan, zero, magnitude);
    int along = count <= 1 ? axis : axis + 1;
    return out.add(
        // The name tells graphs for other sizes of the axis apart.
        y + "/largest_of_" + shape.dim(axis),
        new Op.Reduce(ReduceFunction.MAX, true, false),
        new TensorType(DataType.FLOAT, type.shape().with(along, 1)),
        number,
        longs("block_axis", along));
  }

  /** As {@link BlockQuantizer#scale(float)}: in float64, rounded once to float32. */
  private String scale(String largest) {
    BlockFormat format = quantizer.format();
    String wide = formula.cast("largest_float64", DataType.DOUBLE, largest);
    double top = format.largestElement();
    if (format.scale() instanceof BlockScale.PowerOfTwo) {
      int exponent = Math.getExponent(top);
      float low = (float) Math.scalb(1.0, exponent - LARGEST_EXPONENT);
      float high = (float) Math.min(Math.scalb(1.0, exponent + LARGEST_EXPONENT), Float.MAX_VALUE);
      String limited = formula.limited("largest_limited", wide, low, high);
      String binade = formula.powerOfTwo("binade", limited);
      String scale =
          formula.binary("scale_float64", BinaryFunction.MUL, binade, Math.scalb(1.0, -exponent));
      return formula.cast("scale", DataType.FLOAT, scale);
    }
    String wanted = formula.binary("wanted", BinaryFunction.DIV, wide, top);
    if (format.scale() instanceof BlockScale.Minifloat minifloat) {
      wanted = rounded(minifloat.format(), wanted);
    }
    String scale = formula.cast("scale_unlimited", DataType.FLOAT, wanted);
    float high = quantizer.scale(Float.MAX_VALUE);
    return formula.limited("scale", scale, Float.MIN_VALUE, high);
  }

  /** The nearest scale of a format, between its smallest and its largest, times the tensor's. */
  private String rounded(FloatFormat scales, String wanted) {
    int bias = scales.standardBias();
    float low = (float) scales.magnitudeValue(1, bias);
    float high = (float) scales.maxFinite(bias);
    double tensorScale = quantizer.tensorScale();
    String relative =
        tensorScale == 1
            ? wanted
            : formula.binary("relative", BinaryFunction.DIV, wanted, tensorScale);
    String limited = formula.limited("wanted_limited", relative, low, high);
    String rounded = formula.rounded("code", limited, scales.mantissaBits(), bias);
    return tensorScale == 1
        ? rounded
        : formula.binary("scaled", BinaryFunction.MUL, rounded, tensorScale);
  }

  private String longs(String role, long... values) {
    return out.constant(y + "/" + role, Tensor.ofLongs(Shape.of(values.length), values));
  }
}
