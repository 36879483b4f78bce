package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.List;

/** Types of QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear. */
final class QuantizationRules {
  private QuantizationRules() {}

  static Inferred quantize(Op.QuantizeLinear op, Operands in) {
    if (in.element(0) != DataType.INT32) {
      in.requireFloating(0);
    }
    boolean known = isCode(op.to()) && op.to() != DataType.INT32;
    if (!known) {
      throw in.error(
          "quantizes to %s, not to an integer of at most 16 bits, FP8 or FLOAT4E2M1"
              .formatted(op.to()));
    }
    if (!ConstantElements.isNumber(op.precision())) {
      throw in.error("divides in the precision %s".formatted(op.precision()));
    }
    if (in.has(2) && in.element(2) != op.to()) {
      throw in.error("its zero point has type %s, not %s".formatted(in.element(2), op.to()));
    }
    int axis = checkScale(in, op.axis(), op.blockSize());
    return Inferred.of(
        new Op.QuantizeLinear(axis, op.blockSize(), op.saturate(), op.to(), op.precision()),
        in,
        op.to(),
        in.shape(0));
  }

  static Inferred dequantize(Op.DequantizeLinear op, Operands in) {
    in.requireSameType(2);
    if (!isCode(in.element(0))) {
      throw in.error("dequantizes %s".formatted(in.element(0)));
    }
    DataType to = outputType(op, in);
    int axis = checkScale(in, op.axis(), op.blockSize());
    return Inferred.of(new Op.DequantizeLinear(axis, op.blockSize(), to), in, to, in.shape(0));
  }

  /** The type that was asked for, or that of the scale. */
  private static DataType outputType(Op.DequantizeLinear op, Operands in) {
    DataType to = op.to() == null ? in.element(1) : op.to();
    if (!ConstantElements.isNumber(to)) {
      throw in.error("dequantizes to %s; output_dtype names a floating-point type".formatted(to));
    }
    return to;
  }

  static Inferred dynamic(Op.DynamicQuantizeLinear op, Operands in) {
    in.requireType(0, DataType.FLOAT);
    List<TensorType> types =
        List.of(
            new TensorType(DataType.UINT8, in.shape(0)),
            new TensorType(DataType.FLOAT, Shape.SCALAR),
            new TensorType(DataType.UINT8, Shape.SCALAR));
    return new Inferred(op, in.names(), types.subList(0, in.node().outputs().size()));
  }

  /** Whether quantized numbers have this type; biases are int32. */
  private static boolean isCode(DataType type) {
    return switch (type) {
      case INT8, UINT8, INT16, UINT16, INT32, INT4, UINT4, INT2, UINT2 -> true;
      default -> type.isSmallFloat() && type != DataType.FLOAT8E8M0;
    };
  }

  private static boolean isOfTensor(Shape shape) {
    return shape.elements() == 1 && shape.rank() <= 1;
  }

  /** Returns the axis; 0 for one scale per tensor, where it does not matter. */
  private static int checkScale(Operands in, int givenAxis, int blockSize) {
    if (in.element(1) != DataType.INT32 && in.element(1) != DataType.FLOAT8E8M0) {
      in.requireFloating(1);
    }
    // Exporters mix scalars and vectors of one element, and ONNX Runtime reads that.
    if (in.has(2) && !(isOfTensor(in.shape(1)) && isOfTensor(in.shape(2)))) {
      in.requireShape(2, "zero point", in.shape(1));
    }
    Shape x = in.shape(0);
    Shape scale = in.shape(1);
    if (blockSize == 0 && isOfTensor(scale)) {
      return givenAxis >= -x.rank() && givenAxis < x.rank() ? in.axis(givenAxis, x.rank()) : 0;
    }
    int axis = in.axis(givenAxis, x.rank());
    Shape expected = Shape.of(x.dim(axis));
    if (blockSize > 0) {
      expected = x.with(axis, Math.ceilDiv(x.dim(axis), blockSize));
    } else if (blockSize < 0) {
      throw in.error("block_size is " + blockSize);
    }
    in.requireShape(1, "scale", expected);
    return axis;
  }
}
