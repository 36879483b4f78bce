package fp8sim.npy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Byte orders of elements. */
public final class ByteOrders {
  private ByteOrders() {}

  /** Reverses the bytes of every element of {@code width} bytes, in place. */
  public static void swapBytes(MemorySegment data, int width) {
    if (width == 1) {
      return;
    }
    for (long at = 0; at < data.byteSize(); at += width) {
      for (int i = 0; i < width / 2; i++) {
        byte low = data.get(ValueLayout.JAVA_BYTE, at + i);
        data.set(
            ValueLayout.JAVA_BYTE, at + i, data.get(ValueLayout.JAVA_BYTE, at + width - 1 - i));
        data.set(ValueLayout.JAVA_BYTE, at + width - 1 - i, low);
      }
    }
  }
}
