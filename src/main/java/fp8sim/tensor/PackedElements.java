package fp8sim.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Elements of less than 8 bits as ONNX stores them: several in a byte, the first one in its lowest
 * bits, the last byte filled with zeros. In the memory of a {@link Tensor} each takes a byte:
 * signed integers with their sign extended, others by their code.
 */
public final class PackedElements {
  private PackedElements() {}

  /** Bytes that so many elements take in a file, for types of any width. */
  public static long bytes(DataType type, long elements) {
    return Math.ceilDiv(elements * type.bits(), Byte.SIZE);
  }

  /**
   * A tensor from packed elements.
   *
   * @param packed exactly {@link #bytes} long; what fills the last byte is ignored
   */
  public static Tensor unpack(DataType type, Shape shape, MemorySegment packed) {
    Tensor tensor = Tensor.zeros(type, shape);
    int perByte = Byte.SIZE / type.bits();
    for (int i = 0; i < shape.elements(); i++) {
      int shift = i % perByte * type.bits();
      tensor.data().set(Tensor.BYTE, i, code(type, packed.get(Tensor.BYTE, i / perByte) >> shift));
    }
    return tensor;
  }

  /** The elements of a tensor of such a type, packed. */
  public static byte[] pack(Tensor tensor) {
    DataType type = tensor.type();
    int elements = tensor.shape().elements();
    byte[] packed = new byte[(int) bytes(type, elements)];
    int perByte = Byte.SIZE / type.bits();
    int mask = (1 << type.bits()) - 1;
    for (int i = 0; i < elements; i++) {
      int bits = (tensor.data().get(Tensor.BYTE, i) & mask) << (i % perByte * type.bits());
      packed[i / perByte] |= (byte) bits;
    }
    return packed;
  }

  /** The low bits of a number as an element of a type of at most 8 bits in memory. */
  public static byte code(DataType type, long number) {
    int unused = Long.SIZE - type.bits();
    boolean signed = type.isInteger() && !type.isUnsigned();
    return (byte) (signed ? number << unused >> unused : number << unused >>> unused);
  }
}
