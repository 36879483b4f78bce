package fp8sim.fuzz;

import ai.onnx.proto.OnnxMl.TensorProto;
import fp8sim.format.BFloat16;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Small tensors of any type, among them empty ones and ones with NaN, infinities and extremes. */
final class FuzzTensors {
  private static final float[] SPECIAL = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    Float.MAX_VALUE,
    -3e38f,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL,
    65504f,
    1e-30f
  };
  private static final long[] EXTREMES = {
    Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE, 1L << 33, 255, 128, -129
  };
  private static final DataType[] COMMON = {
    DataType.FLOAT, DataType.FLOAT, DataType.FLOAT, DataType.INT64, DataType.INT32, DataType.UINT8
  };

  private final Random random;

  FuzzTensors(Random random) {
    this.random = random;
  }

  /** Any type, rather a common one. */
  DataType type() {
    DataType[] all = random.nextBoolean() ? COMMON : DataType.values();
    return all[random.nextInt(all.length)];
  }

  /** The type with this number, or any if there is none. */
  DataType known(int onnxCode) {
    for (DataType type : DataType.values()) {
      if (type.onnxCode() == onnxCode) {
        return type;
      }
    }
    return type();
  }

  /** A dimension: 0 to 6, seldom more. */
  int size() {
    return switch (random.nextInt(12)) {
      case 0, 1 -> 0;
      case 2, 3, 4 -> 1;
      case 5 -> 7 + random.nextInt(60);
      default -> 2 + random.nextInt(5);
    };
  }

  /** A shape of rank 0 to 5 with at most a few hundred elements. */
  Shape shape() {
    int[] dims = new int[random.nextInt(10) < 7 ? random.nextInt(3) : random.nextInt(6)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = i < 2 ? size() : Math.min(4, size());
    }
    return Shape.of(dims);
  }

  float number() {
    return random.nextInt(3) == 0
        ? SPECIAL[random.nextInt(SPECIAL.length)]
        : (float) random.nextGaussian();
  }

  TensorProto.Builder proto(String name, DataType type, Shape shape) {
    return TestModel.proto(tensor(type, shape)).setName(name);
  }

  /** A tensor whose numbers are of one kind: ordinary, with special ones, equal, or huge. */
  Tensor tensor(DataType type, Shape shape) {
    Tensor tensor = Tensor.zeros(type, shape);
    int kind = random.nextInt(10);
    for (int i = 0; i < shape.elements(); i++) {
      if (type.isFloating()) {
        setFloat(tensor, i, floatNumber(kind));
      } else {
        setInteger(tensor, i, integerNumber(type, kind));
      }
    }
    return tensor;
  }

  private float floatNumber(int kind) {
    return switch (kind) {
      case 0 -> random.nextInt(4) == 0 ? number() : (float) random.nextGaussian();
      case 1 -> 3e38f * (float) random.nextGaussian();
      case 2 -> 0f;
      case 3 -> random.nextInt(5) - 2;
      default -> (float) random.nextGaussian();
    };
  }

  private long integerNumber(DataType type, int kind) {
    if (type == DataType.BOOL) {
      return random.nextInt(2);
    }
    return switch (kind) {
      case 0 -> random.nextInt(3) == 0 ? EXTREMES[random.nextInt(8)] : random.nextInt(5);
      case 1 -> random.nextLong();
      case 2 -> random.nextInt(5) - 2;
      default -> random.nextInt(4);
    };
  }

  private void setFloat(Tensor tensor, int i, float value) {
    MemorySegment data = tensor.data();
    switch (tensor.type()) {
      case DOUBLE -> data.setAtIndex(Tensor.DOUBLE, i, value);
      case FLOAT16 -> data.setAtIndex(Tensor.SHORT, i, Float.floatToFloat16(value));
      case BFLOAT16 -> data.setAtIndex(Tensor.SHORT, i, BFloat16.fromFloat(value));
      case FLOAT -> data.setAtIndex(Tensor.FLOAT, i, value);
      default -> data.setAtIndex(Tensor.BYTE, i, (byte) random.nextInt(256));
    }
  }

  private static void setInteger(Tensor tensor, int i, long value) {
    MemorySegment data = tensor.data();
    switch (tensor.type().bytes()) {
      case 1 -> data.setAtIndex(Tensor.BYTE, i, (byte) value);
      case 2 -> data.setAtIndex(Tensor.SHORT, i, (short) value);
      case 4 -> data.setAtIndex(Tensor.INT, i, (int) value);
      default -> data.setAtIndex(Tensor.LONG, i, value);
    }
  }
}
