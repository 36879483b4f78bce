package fp8sim.kernel.simd.coded;

import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The second operand where its codes select: output channels are positions. */
final class SelectingWeights {
  private final ActivationCodes codes;
  private final int quads;
  private final int channels;

  /**
   * Memory for the codes of {@code groups} groups.
   *
   * @param channels of a group
   * @param quads of each output
   */
  SelectingWeights(Arena arena, int groups, int channels, int quads) {
    this.quads = quads;
    this.channels = channels;
    int[] offsets = new int[quads];
    Arrays.setAll(offsets, q -> Math.multiplyExact(q, channels));
    int[] positions = new int[channels];
    Arrays.setAll(positions, channel -> channel);
    long bytes = (long) groups * quads * channels * ActivationCodes.BYTES;
    MemorySegment memory = NativeMemory.allocate(arena, bytes);
    codes = new ActivationCodes(memory, 1, groups * quads, channels, offsets, positions);
  }

  ActivationCodes codes() {
    return codes;
  }

  /** Where the codes of a group start, in quads. */
  long group(int group) {
    return (long) group * quads * channels;
  }

  /** Address of a quad of a channel; the next channel's follows. */
  long address(int group, int quad, int channel) {
    return codes.address(group(group) + (long) quad * channels + channel);
  }

  /** Sets the code of a channel of a group. */
  void set(int group, int channel, int term, int code) {
    long quad = address(group, term / ActivationCodes.TERMS, channel);
    long to = quad + term % ActivationCodes.TERMS * (long) Short.BYTES;
    LookupVectors.setShort(to, LookupTables.entry(code));
  }

  /** Finds which codes occur, after all are set. */
  SelectingWeights complete(ProductRows lookup, Parallel parallel) {
    codes.findUsed(lookup, parallel);
    return this;
  }
}
