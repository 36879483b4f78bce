package fp8sim.pass.quantize;

import fp8sim.format.FloatFormat;
import fp8sim.format.SmallFloat;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The smallest and the largest values that a pair of QuantizeLinear and DequantizeLinear gives:
 * {@code scale * (qmin - zero point)} to {@code scale * (qmax - zero point)}. One of each for a
 * whole tensor, or tensors that broadcast to the quantized one. FP8 without saturation turns values
 * outside into NaN or infinity, which is no limit: infinite bounds.
 */
record RepresentableRange(Shape shape, float[] low, float[] high) {
  private static final int ZERO_POINT = 2;

  /**
   * The range of a QuantizeLinear; null if its scale or zero point is computed or no such number.
   */
  static @Nullable RepresentableRange of(Graph graph, Node node) {
    Op.QuantizeLinear op = (Op.QuantizeLinear) node.op();
    Tensor scale = graph.initializers().get(node.input(1));
    Tensor zeros = graph.initializers().get(node.input(ZERO_POINT));
    boolean isKnown = scale != null && (zeros != null || !node.hasInput(ZERO_POINT));
    if (scale == null || !isKnown || !ConstantElements.isReadable(scale.type())) {
      return null;
    }
    int count = scale.shape().elements();
    float[] low = new float[count];
    float[] high = new float[count];
    for (int i = 0; i < count; i++) {
      float step = (float) ConstantElements.number(scale, i);
      if (!(step > 0) || Float.isInfinite(step)) {
        return null;
      }
      double zero = zeros == null || op.to().isSmallFloat() ? 0 : ConstantElements.number(zeros, i);
      low[i] = (float) (least(op) - zero) * step;
      high[i] = (float) (greatest(op) - zero) * step;
    }
    Shape quantized = graph.typeOf(node.input(0)).shape();
    return new RepresentableRange(Shape.SCALAR, low, high).broadcast(op, scale.shape(), quantized);
  }

  private static double least(Op.QuantizeLinear op) {
    DataType type = op.to();
    if (type.isSmallFloat()) {
      return -greatest(op);
    }
    return type.isUnsigned() ? 0 : -Math.scalb(1.0, type.bits() - 1);
  }

  private static double greatest(Op.QuantizeLinear op) {
    DataType type = op.to();
    if (type.isSmallFloat()) {
      SmallFloat small = smallFloat(type);
      FloatFormat format = small.format();
      return op.saturate() || small.isFinite()
          ? format.maxFinite(format.standardBias())
          : Double.POSITIVE_INFINITY;
    }
    return Math.scalb(1.0, type.isUnsigned() ? type.bits() : type.bits() - 1) - 1;
  }

  private static SmallFloat smallFloat(DataType type) {
    return switch (type) {
      case FLOAT8E4M3FN -> SmallFloat.E4M3FN;
      case FLOAT8E4M3FNUZ -> SmallFloat.E4M3FNUZ;
      case FLOAT8E5M2 -> SmallFloat.E5M2;
      case FLOAT8E5M2FNUZ -> SmallFloat.E5M2FNUZ;
      case FLOAT4E2M1 -> SmallFloat.E2M1;
      default -> throw new IllegalArgumentException(type + " is no small float");
    };
  }

  /** Bounds of all channels or blocks, shaped to broadcast to the quantized tensor. */
  private RepresentableRange broadcast(Op.QuantizeLinear op, Shape scale, Shape quantized) {
    if (low.length == 1) {
      return this;
    }
    if (op.blockSize() == 0) {
      int[] dims = new int[quantized.rank()];
      Arrays.fill(dims, 1);
      dims[op.axis()] = low.length;
      return new RepresentableRange(Shape.of(dims), low, high);
    }
    int inner = quantized.elements(op.axis() + 1, quantized.rank());
    int size = quantized.dim(op.axis());
    float[] allLow = new float[quantized.elements()];
    float[] allHigh = new float[quantized.elements()];
    for (int i = 0; i < allLow.length; i++) {
      int block = i / inner % size / op.blockSize();
      int from = (i / inner / size * scale.dim(op.axis()) + block) * inner + i % inner;
      allLow[i] = low[from];
      allHigh[i] = high[from];
    }
    return new RepresentableRange(quantized, allLow, allHigh);
  }

  /** Whether one range holds for the whole tensor. */
  boolean isOfTensor() {
    return low.length == 1;
  }

  /** Whether nothing is outside. */
  boolean isUnlimited() {
    return isOfTensor() && low[0] == Float.NEGATIVE_INFINITY && high[0] == Float.POSITIVE_INFINITY;
  }

  /** Whether a range for a whole tensor holds another one. */
  boolean holds(RepresentableRange other) {
    return isOfTensor() && other.isOfTensor() && low[0] <= other.low[0] && high[0] >= other.high[0];
  }

  /** A range for a whole tensor, extended to hold zero. */
  RepresentableRange withZero() {
    return new RepresentableRange(
        Shape.SCALAR, new float[] {Math.min(low[0], 0)}, new float[] {Math.max(high[0], 0)});
  }

  /** A range for a whole tensor after values were limited to another one first. */
  RepresentableRange after(float least, float greatest) {
    return new RepresentableRange(
        Shape.SCALAR,
        new float[] {Math.clamp(least, low[0], high[0])},
        new float[] {Math.clamp(greatest, low[0], high[0])});
  }
}
