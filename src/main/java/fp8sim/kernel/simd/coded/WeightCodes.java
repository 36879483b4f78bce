package fp8sim.kernel.simd.coded;

import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The encoded second operand of a product: for each block of channels of a group, as many as a
 * vector has lanes, and each term an entry of 16 bits for each lane, its code plus one. Terms are
 * filled up to whole quads with zeros.
 *
 * @param terms of each output, filled up
 * @param blocks blocks of channels of one group
 */
record WeightCodes(MemorySegment entries, ProductRows.Kind kind, int terms, int blocks) {
  /** Memory for the codes of {@code groups} groups. */
  static WeightCodes allocate(ProductRows lookup, int groups, int channels, int terms) {
    int width = lookup.kind().lanes();
    int padded = Math.ceilDiv(terms, ActivationCodes.TERMS) * ActivationCodes.TERMS;
    int blocks = Math.ceilDiv(channels, width);
    long size = (long) groups * blocks * padded * width;
    MemorySegment memory = NativeMemory.allocate(Arena.ofAuto(), size * Short.BYTES);
    return new WeightCodes(memory, lookup.kind(), padded, blocks);
  }

  /** Where the entries of a term of a block start; the next term's follow. */
  long address(int block, int term) {
    return entries.address() + ((long) block * terms + term) * kind.lanes() * Short.BYTES;
  }

  /** Sets the code of a channel of a group. */
  void set(int group, int channel, int term, int code) {
    int lane = kind.lane(channel % kind.lanes());
    long to = address(group * blocks + channel / kind.lanes(), term);
    LookupVectors.setShort(to + (long) lane * Short.BYTES, code + 1);
  }
}
