package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;

/** Types of QuantizeLinear and DequantizeLinear. */
final class QuantizationRules {
  private QuantizationRules() {}

  static Inferred quantize(Op.QuantizeLinear op, Operands in) {
    if (in.element(0) != DataType.INT32) {
      in.requireFloating(0);
    }
    boolean known =
        switch (op.to()) {
          case INT8, UINT8, INT16, UINT16 -> true;
          default -> op.to().isSmallFloat();
        };
    if (!known) {
      throw in.error(
          "quantizes to %s, not to an integer of 8 or 16 bits or FP8".formatted(op.to()));
    }
    if (in.has(2) && in.element(2) != op.to()) {
      throw in.error("its zero point has type %s, not %s".formatted(in.element(2), op.to()));
    }
    int axis = checkScale(in, op.axis(), op.blockSize());
    return Inferred.of(
        new Op.QuantizeLinear(axis, op.blockSize(), op.saturate(), op.to()),
        in,
        op.to(),
        in.shape(0));
  }

  static Inferred dequantize(Op.DequantizeLinear op, Operands in) {
    in.requireSameType(2);
    int axis = checkScale(in, op.axis(), op.blockSize());
    return Inferred.of(
        new Op.DequantizeLinear(axis, op.blockSize(), in.element(1)),
        in,
        in.element(1),
        in.shape(0));
  }

  /** Returns the axis; 0 for one scale per tensor, where it does not matter. */
  private static int checkScale(Operands in, int givenAxis, int blockSize) {
    in.requireFloating(1);
    if (in.has(2)) {
      in.requireShape(2, "zero point", in.shape(1));
    }
    Shape x = in.shape(0);
    Shape scale = in.shape(1);
    if (blockSize == 0 && scale.elements() == 1 && scale.rank() <= 1) {
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
