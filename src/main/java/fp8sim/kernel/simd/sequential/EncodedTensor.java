package fp8sim.kernel.simd.sequential;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.plan.ProductOperand;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A tensor as entries of 16 bits. Memory that is never written stays zero, which is padding. */
@InPhase(Phase.QUANTIZATION)
final class EncodedTensor {
  /** Entries that are searched together. */
  private static final long SEARCHED = 1 << 16;

  private final MemorySegment memory;
  private final @Nullable MemorySegment scales;
  private final BitSet bad = new BitSet();
  private final AtomicInteger used = new AtomicInteger();

  /**
   * A tensor in zeroed memory.
   *
   * @param scales of the entries' blocks, a float for each entry; null without blocks
   */
  EncodedTensor(MemorySegment memory, @Nullable MemorySegment scales) {
    this.memory = memory;
    this.scales = scales;
  }

  long address() {
    return memory.address();
  }

  /** Address of the scale of the block of an entry; 0 without blocks. */
  long scale(long firstEntry) {
    return scales == null ? 0 : scales.address() + firstEntry * Float.BYTES;
  }

  /** Numbers of entries of numbers that are not finite; the entries are padding. */
  BitSet bad() {
    return bad;
  }

  /** Blocks of entries that occur, once they were {@linkplain #findUsed searched}. */
  int used() {
    return used.get();
  }

  /** Forgets what was not finite. */
  void clear() {
    bad.clear();
  }

  /** Encodes floats from an address on as entries from one on; for all threads. */
  void encode(CodeEncoder encoder, long from, int count, long firstEntry) {
    long to = address() + firstEntry * Short.BYTES;
    if (encoder.encode(from, count, to)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int code = encoder.code(Memory.get(from + (long) i * Float.BYTES));
      SequentialVectors.setEntry(to + (long) i * Short.BYTES, code + 1);
      if (code == ProductOperand.NOT_FINITE) {
        mark(firstEntry + i);
      }
    }
  }

  private synchronized void mark(long entry) {
    bad.set((int) entry);
  }

  /** Finds which entries occur, after all are written. */
  void findUsed(UsedEntries blocks, Parallel parallel) {
    long entries = memory.byteSize() / Short.BYTES;
    used.set(0);
    parallel.run(
        (int) Math.ceilDiv(entries, SEARCHED),
        (index, worker) -> {
          long first = index * SEARCHED;
          int found =
              blocks.find(address() + first * Short.BYTES, Math.min(SEARCHED, entries - first));
          used.accumulateAndGet(found, (a, b) -> a | b);
        });
  }
}
