package fp8sim.plan;

/** A piece of the arena: which steps it lives through, both inclusive, and how large it is. */
final class MemoryBlock {
  final int first;
  int last;
  final long bytes;
  long offset = -1;

  /**
   * A block that nobody reads yet.
   *
   * @param first the step that writes it
   * @param bytes a multiple of the alignment, at least one
   */
  MemoryBlock(int first, long bytes) {
    this.first = first;
    this.last = first;
    this.bytes = bytes;
  }

  long end() {
    return Math.addExact(offset, bytes);
  }
}
