package fp8sim.kernel.reference;

import fp8sim.format.OddRounding;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;

/**
 * Conversion of the element type. Floating point to integer truncates toward zero; what does not
 * fit becomes what x86 conversions give, as in ONNX Runtime: the smallest int32 or int64, of which
 * narrower types keep the low bits. Anything but zero is true. Numbers are rounded once.
 */
final class ReferenceCast {
  private ReferenceCast() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    if (x.type() == y.type()) {
      return parallel -> Elements.copy(x, y);
    }
    if (y.type().isSmallFloat()) {
      Op.Cast op = (Op.Cast) step.op();
      return parallel -> Values.storeSmall(y, Values.doubles(x), op.saturate(), op.roundMode());
    }
    if (x.type().isFloating()) {
      return y.type().isFloating()
          ? parallel -> Values.store(y, Values.doubles(x))
          : parallel -> Values.store(y, truncate(Values.doubles(x), y.type()));
    }
    if (y.type() == DataType.DOUBLE) {
      return parallel -> Values.store(y, Values.doubles(x));
    }
    if (y.type().isFloating()) {
      boolean narrow = y.type() != DataType.FLOAT;
      return parallel -> Values.store(y, toFloats(Values.longs(x), x.type(), narrow));
    }
    return parallel -> Values.store(y, convert(Values.longs(x), y.type()));
  }

  private static long[] convert(long[] values, DataType to) {
    if (to == DataType.BOOL) {
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] != 0 ? 1 : 0;
      }
    }
    return values;
  }

  /**
   * Floats of integers.
   *
   * @param narrow whether they will be rounded to a narrower type
   */
  private static float[] toFloats(long[] values, DataType from, boolean narrow) {
    boolean unsigned = from == DataType.UINT64;
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      long v = values[i];
      if (narrow) {
        floats[i] = unsigned ? OddRounding.toFloatUnsigned(v) : OddRounding.toFloat(v);
      } else {
        // The lowest bit stays, so that halving does not change how the conversion rounds.
        floats[i] = unsigned && v < 0 ? (float) ((v >>> 1) | (v & 1)) * 2f : v;
      }
    }
    return floats;
  }

  private static long[] truncate(double[] values, DataType to) {
    long[] longs = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      longs[i] = truncate(values[i], to);
    }
    return longs;
  }

  private static long truncate(double value, DataType to) {
    return switch (to) {
      case BOOL -> value != 0 ? 1 : 0;
      case INT8, UINT8, INT16, UINT16, INT32, INT4, UINT4, INT2, UINT2 ->
          Math.abs(value) < 0x1p31 || value == -0x1p31 ? (long) value : Integer.MIN_VALUE;
      case UINT64 -> value >= 0x1p63 ? toLong(value - 0x1p63) ^ Long.MIN_VALUE : toLong(value);
      default -> toLong(value);
    };
  }

  private static long toLong(double value) {
    return Math.abs(value) < 0x1p63 ? (long) value : Long.MIN_VALUE;
  }
}
