package fp8sim.tensor;

/** Element types of tensors, named as in ONNX ({@code TensorProto.DataType}). */
public enum DataType {
  FLOAT(1, 4, Kind.FLOATING),
  UINT8(2, 1, Kind.UNSIGNED),
  INT8(3, 1, Kind.SIGNED),
  UINT16(4, 2, Kind.UNSIGNED),
  INT16(5, 2, Kind.SIGNED),
  INT32(6, 4, Kind.SIGNED),
  INT64(7, 8, Kind.SIGNED),
  BOOL(9, 1, Kind.BOOLEAN),
  FLOAT16(10, 2, Kind.FLOATING),
  DOUBLE(11, 8, Kind.FLOATING),
  UINT32(12, 4, Kind.UNSIGNED),
  UINT64(13, 8, Kind.UNSIGNED),
  BFLOAT16(16, 2, Kind.FLOATING),
  FLOAT8E4M3FN(17, 1, Kind.FLOATING),
  FLOAT8E4M3FNUZ(18, 1, Kind.FLOATING),
  FLOAT8E5M2(19, 1, Kind.FLOATING),
  FLOAT8E5M2FNUZ(20, 1, Kind.FLOATING);

  private enum Kind {
    FLOATING,
    SIGNED,
    UNSIGNED,
    BOOLEAN
  }

  private static final DataType[] BY_ONNX_CODE = new DataType[32];

  static {
    for (DataType type : values()) {
      BY_ONNX_CODE[type.onnxCode] = type;
    }
  }

  private final int onnxCode;
  private final int bytes;
  private final Kind kind;

  DataType(int onnxCode, int bytes, Kind kind) {
    this.onnxCode = onnxCode;
    this.bytes = bytes;
    this.kind = kind;
  }

  /** The number of this type in ONNX's {@code TensorProto.DataType}. */
  public int onnxCode() {
    return onnxCode;
  }

  /** Size of one element in bytes, 1 to 8. */
  public int bytes() {
    return bytes;
  }

  public boolean isFloating() {
    return kind == Kind.FLOATING;
  }

  /** True for signed and unsigned integers; false for {@link #BOOL}. */
  public boolean isInteger() {
    return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
  }

  public boolean isUnsigned() {
    return kind == Kind.UNSIGNED;
  }

  /** True for the four FP8 types of ONNX. */
  public boolean isFloat8() {
    return isFloating() && bytes == 1;
  }

  /**
   * The type with this ONNX number.
   *
   * @throws IllegalArgumentException if fp8sim has no such type (strings, complex numbers, 4-bit
   *     types, or a number ONNX does not define)
   */
  public static DataType ofOnnxCode(int code) {
    DataType type = code >= 0 && code < BY_ONNX_CODE.length ? BY_ONNX_CODE[code] : null;
    if (type == null) {
      throw new IllegalArgumentException("unsupported ONNX data type " + code);
    }
    return type;
  }
}
