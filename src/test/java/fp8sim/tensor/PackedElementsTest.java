package fp8sim.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackedElementsTest {
  @Test
  void theFirstElementIsInTheLowestBits() {
    assertThat(unpacked(DataType.UINT4, 3, 0x21, 0x0F)).containsExactly(1, 2, 15);
    assertThat(unpacked(DataType.INT4, 3, 0x81, 0x0F)).containsExactly(1, -8, -1);
    assertThat(unpacked(DataType.FLOAT4E2M1, 2, 0x8F)).containsExactly(15, 8);
    assertThat(unpacked(DataType.UINT2, 5, 0b11_10_01_00, 0b10)).containsExactly(0, 1, 2, 3, 2);
    assertThat(unpacked(DataType.INT2, 5, 0b11_10_01_00, 0b10)).containsExactly(0, 1, -2, -1, -2);
  }

  private static byte[] unpacked(DataType type, int elements, int... bytes) {
    byte[] packed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      packed[i] = (byte) bytes[i];
    }
    return PackedElements.unpack(type, Shape.of(elements), MemorySegment.ofArray(packed))
        .data()
        .toArray(Tensor.BYTE);
  }

  /** All codes at every place in a byte, in tensors that end anywhere in a byte. */
  @ParameterizedTest
  @EnumSource(names = {"UINT4", "INT4", "FLOAT4E2M1", "UINT2", "INT2"})
  void packingIsUndone(DataType type) {
    for (int elements = 0; elements < 70; elements++) {
      Tensor tensor = Tensor.zeros(type, Shape.of(elements));
      for (int i = 0; i < elements; i++) {
        tensor.data().set(Tensor.BYTE, i, PackedElements.code(type, i + i / 16));
      }
      byte[] packed = PackedElements.pack(tensor);
      assertThat((long) packed.length).isEqualTo(PackedElements.bytes(type, elements));
      Tensor again = PackedElements.unpack(type, tensor.shape(), MemorySegment.ofArray(packed));
      assertThat(again.data().mismatch(tensor.data())).isEqualTo(-1);
      int used = elements * type.bits() % 8;
      if (used > 0) {
        assertThat((packed[packed.length - 1] & 0xFF) >> used).isZero();
      }
    }
  }

  @Test
  void codesKeepTheLowBits() {
    long[] numbers = {0, 1, 7, 8, 15, 16, -1, -8, -9, Long.MIN_VALUE, Long.MAX_VALUE};
    assertThat(codes(DataType.INT4, numbers)).containsExactly(0, 1, 7, -8, -1, 0, -1, -8, 7, 0, -1);
    assertThat(codes(DataType.UINT4, numbers)).containsExactly(0, 1, 7, 8, 15, 0, 15, 8, 7, 0, 15);
    assertThat(codes(DataType.INT2, numbers)).containsExactly(0, 1, -1, 0, -1, 0, -1, 0, -1, 0, -1);
    assertThat(codes(DataType.UINT2, numbers)).containsExactly(0, 1, 3, 0, 3, 0, 3, 0, 3, 0, 3);
  }

  private static long[] codes(DataType type, long... numbers) {
    return Arrays.stream(numbers).map(number -> PackedElements.code(type, number)).toArray();
  }
}
