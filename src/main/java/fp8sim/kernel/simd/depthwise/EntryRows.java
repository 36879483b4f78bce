package fp8sim.kernel.simd.depthwise;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Rows of products of 64 bits, each behind a zero for padding. */
@InPhase(Phase.TABLES)
final class EntryRows {
  /** Bytes of a product. */
  static final int BYTES = Long.BYTES;

  private final MemorySegment memory;
  private final int entries;

  /**
   * The rows of some products.
   *
   * @param asDouble whether as double, else as long
   */
  EntryRows(TapProducts products, boolean asDouble) {
    entries = products.rows().getFirst().length + 1;
    memory = NativeMemory.allocate(Arena.ofAuto(), (products.rows().size() + 1L) * rowBytes());
    for (int row = 0; row < products.rows().size(); row++) {
      double[] values = products.rows().get(row);
      for (int code = 0; code < values.length; code++) {
        double value = values[code];
        long bits = asDouble ? Double.doubleToRawLongBits(value) : (long) value;
        LookupVectors.setLong(address(row) + (code + 1L) * BYTES, bits);
      }
    }
  }

  /** Products of a row, and the zero. */
  int entries() {
    return entries;
  }

  private long rowBytes() {
    return (long) entries * BYTES;
  }

  /** Where the zero before a row lies. */
  long address(int row) {
    return memory.address() + row * rowBytes();
  }
}
