package fp8sim.tensor;

/** Element types of tensors, named as in ONNX ({@code TensorProto.DataType}). */
public enum DataType {
  FLOAT(1, 32, Kind.FLOATING),
  UINT8(2, 8, Kind.UNSIGNED),
  INT8(3, 8, Kind.SIGNED),
  UINT16(4, 16, Kind.UNSIGNED),
  INT16(5, 16, Kind.SIGNED),
  INT32(6, 32, Kind.SIGNED),
  INT64(7, 64, Kind.SIGNED),
  BOOL(9, 8, Kind.BOOLEAN),
  FLOAT16(10, 16, Kind.FLOATING),
  DOUBLE(11, 64, Kind.FLOATING),
  UINT32(12, 32, Kind.UNSIGNED),
  UINT64(13, 64, Kind.UNSIGNED),
  BFLOAT16(16, 16, Kind.FLOATING),
  FLOAT8E4M3FN(17, 8, Kind.FLOATING),
  FLOAT8E4M3FNUZ(18, 8, Kind.FLOATING),
  FLOAT8E5M2(19, 8, Kind.FLOATING),
  FLOAT8E5M2FNUZ(20, 8, Kind.FLOATING),
  UINT4(21, 4, Kind.UNSIGNED),
  INT4(22, 4, Kind.SIGNED),
  FLOAT4E2M1(23, 4, Kind.FLOATING),
  /** A power of two by its biased exponent: the scale of OCP's MX formats. */
  FLOAT8E8M0(24, 8, Kind.FLOATING),
  UINT2(25, 2, Kind.UNSIGNED),
  INT2(26, 2, Kind.SIGNED);

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
  private final int bits;
  private final Kind kind;

  DataType(int onnxCode, int bits, Kind kind) {
    this.onnxCode = onnxCode;
    this.bits = bits;
    this.kind = kind;
  }

  /** The number of this type in ONNX's {@code TensorProto.DataType}. */
  public int onnxCode() {
    return onnxCode;
  }

  /** Width of one element, 2 to 64; a boolean has 8 bits. */
  public int bits() {
    return bits;
  }

  /** Size of one element in the memory of a {@link Tensor} in bytes, 1 to 8. */
  public int bytes() {
    return Math.ceilDiv(bits, Byte.SIZE);
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

  /** True for floating-point types of at most 8 bits: FP8, FP4 and E8M0. */
  public boolean isSmallFloat() {
    return isFloating() && bits <= Byte.SIZE;
  }

  /** True for types of less than 8 bits, of which files hold several in a byte. */
  public boolean isPacked() {
    return bits < Byte.SIZE;
  }

  /**
   * True for types that numbers are stored in and cast from but not computed with: {@link
   * #isSmallFloat} and {@link #isPacked}.
   */
  public boolean isStorageOnly() {
    return isSmallFloat() || isPacked();
  }

  /**
   * The type with this ONNX number.
   *
   * @throws IllegalArgumentException if fp8sim has no such type (strings, complex numbers, or a
   *     number ONNX does not define)
   */
  public static DataType ofOnnxCode(int code) {
    DataType type = code >= 0 && code < BY_ONNX_CODE.length ? BY_ONNX_CODE[code] : null;
    if (type == null) {
      throw new IllegalArgumentException("unsupported ONNX data type " + code);
    }
    return type;
  }
}
