package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import fp8sim.common.Fp8simException;
import fp8sim.tensor.DataType;
import fp8sim.tensor.PackedElements;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@code TensorProto} to {@link Tensor}; raw and external data are not copied, unless a byte of
 * them holds several elements.
 */
final class TensorReader {
  private final ExternalData external;

  TensorReader(ExternalData external) {
    this.external = external;
  }

  /**
   * Reads one tensor; nothing is allocated before its size is known to be right.
   *
   * @param where names file and tensor in messages
   */
  Tensor read(TensorProto proto, String where) {
    DataType type = dataType(proto.getDataType(), where);
    Shape shape = shape(proto, where);
    long bytes = PackedElements.bytes(type, shape.elements());
    Tensor tensor;
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      tensor = of(type, shape, external.read(proto, bytes, where), where);
    } else if (proto.hasRawData()) {
      MemorySegment raw = MemorySegment.ofBuffer(proto.getRawData().asReadOnlyByteBuffer());
      tensor = of(type, shape, raw, where);
    } else {
      return typed(proto, type, shape, where);
    }
    return type == DataType.BOOL ? normalizeBooleans(tensor) : tensor;
  }

  /** Whether a constant must be read: one of a type that fp8sim lacks only if it matters. */
  boolean isNeeded(TensorProto proto, LiveValues live) {
    return supported(proto.getDataType()) != null || live.names().contains(proto.getName());
  }

  static DataType dataType(int code, String where) {
    DataType type = supported(code);
    if (type == null) {
      throw Fp8simException.input(
          "%s: tensors of ONNX data type %s are not supported".formatted(where, typeName(code)));
    }
    return type;
  }

  /** The type with this number in ONNX; null if fp8sim has none. */
  static @Nullable DataType supported(int code) {
    for (DataType type : DataType.values()) {
      if (type.onnxCode() == code) {
        return type;
      }
    }
    return null;
  }

  static String typeName(int code) {
    TensorProto.DataType known = TensorProto.DataType.forNumber(code);
    return known == null ? Integer.toString(code) : known.name();
  }

  private static Shape shape(TensorProto proto, String where) {
    long[] dims = new long[proto.getDimsCount()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = proto.getDims(i);
    }
    try {
      return Shape.of(dims);
    } catch (IllegalArgumentException e) {
      throw Fp8simException.input(where + ": " + Text.shorten(String.valueOf(e.getMessage())), e);
    }
  }

  private static Tensor of(DataType type, Shape shape, MemorySegment data, String where) {
    requireCount(where, "bytes", PackedElements.bytes(type, shape.elements()), data.byteSize());
    return type.isPacked()
        ? PackedElements.unpack(type, shape, data)
        : new Tensor(type, shape, data);
  }

  private static void requireCount(String where, String unit, long expected, long actual) {
    if (expected != actual) {
      throw Fp8simException.input(
          "%s: holds %d %s where its shape and type need %d"
              .formatted(where, actual, unit, expected));
    }
  }

  /** The typed fields: {@code float_data}, {@code int32_data} (all small types) and so on. */
  private static Tensor typed(TensorProto proto, DataType type, Shape shape, String where) {
    int count =
        switch (type) {
          case FLOAT -> proto.getFloatDataCount();
          case DOUBLE -> proto.getDoubleDataCount();
          case INT64 -> proto.getInt64DataCount();
          case UINT32, UINT64 -> proto.getUint64DataCount();
          default -> proto.getInt32DataCount();
        };
    requireCount(where, "values", valueCount(type, shape), count);
    if (type.isPacked()) {
      return PackedElements.unpack(type, shape, lowBytes(proto));
    }
    Tensor tensor = Tensor.zeros(type, shape);
    MemorySegment data = tensor.data();
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT -> data.set(Tensor.FLOAT, 4L * i, proto.getFloatData(i));
        case DOUBLE -> data.set(Tensor.DOUBLE, 8L * i, proto.getDoubleData(i));
        case INT64 -> data.set(Tensor.LONG, 8L * i, proto.getInt64Data(i));
        case UINT64 -> data.set(Tensor.LONG, 8L * i, proto.getUint64Data(i));
        case UINT32 -> data.set(Tensor.INT, 4L * i, (int) proto.getUint64Data(i));
        case INT32 -> data.set(Tensor.INT, 4L * i, proto.getInt32Data(i));
        case INT16, UINT16, FLOAT16, BFLOAT16 ->
            data.set(Tensor.SHORT, 2L * i, (short) proto.getInt32Data(i));
        case BOOL -> data.set(Tensor.BYTE, i, (byte) (proto.getInt32Data(i) != 0 ? 1 : 0));
        default -> data.set(Tensor.BYTE, i, (byte) proto.getInt32Data(i));
      }
    }
    return tensor;
  }

  /** How many values of a typed field a tensor takes: packed elements fill bytes. */
  private static long valueCount(DataType type, Shape shape) {
    return type.isPacked() ? PackedElements.bytes(type, shape.elements()) : shape.elements();
  }

  private static MemorySegment lowBytes(TensorProto proto) {
    byte[] bytes = new byte[proto.getInt32DataCount()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) proto.getInt32Data(i);
    }
    return MemorySegment.ofArray(bytes);
  }

  private static Tensor normalizeBooleans(Tensor tensor) {
    Tensor normal = Tensor.zeros(DataType.BOOL, tensor.shape());
    for (long i = 0; i < tensor.data().byteSize(); i++) {
      normal.data().set(Tensor.BYTE, i, (byte) (tensor.data().get(Tensor.BYTE, i) != 0 ? 1 : 0));
    }
    return normal;
  }
}
