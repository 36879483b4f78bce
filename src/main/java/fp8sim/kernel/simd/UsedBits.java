package fp8sim.kernel.simd;

import java.util.concurrent.atomic.AtomicInteger;

/** What {@link CodeEncoder#encode} returned for an operand, noted by all threads. */
final class UsedBits {
  private final AtomicInteger bits = new AtomicInteger();

  /** Begins anew. */
  void clear() {
    bits.set(0);
  }

  /** Notes what {@link CodeEncoder#encode} returned for codes that select vectors of products. */
  void note(int encoded) {
    if ((encoded & ~bits.get()) != 0) {
      bits.accumulateAndGet(encoded, (a, b) -> a | b);
    }
  }

  /** Notes of another operand's codes only whether they are finite. */
  void noteFinite(int encoded) {
    note(encoded & CodeEncoder.NOT_FINITE);
  }

  /** Bits that codes have. */
  int codes() {
    return bits.get() & CodeEncoder.CODE_BITS;
  }

  /** Whether every encoded value was finite. */
  boolean areFinite() {
    return bits.get() >= 0;
  }
}
