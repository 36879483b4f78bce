package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.vector.LookupVectors.LONGS;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2L;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * An encoded operand of a product, in quads: four terms together, as {@link LookupSums} reads them.
 * It is the first operand, or the second one where its codes select. Memory that is never written
 * stays zero, which is padding.
 */
@InPhase(Phase.QUANTIZATION)
final class ActivationCodes {
  /** Terms of a quad. */
  static final int TERMS = 4;

  /** Bytes of a quad. */
  static final int BYTES = TERMS * Short.BYTES;

  /** As many entries of a row as there are longs in a vector of four. */
  private static final VectorSpecies<Short> ROW = ShortVector.SPECIES_64;

  private final MemorySegment memory;
  private final int images;
  private final int plane;
  private final int[] quads;
  private final int[] positions;
  private final long[] used;

  /**
   * Codes in zeroed memory: images of planes, and the four terms of a plane's quads are alike.
   *
   * @param planes of an image
   * @param plane quads of a plane
   * @param quads where each four terms lie from a position, in quads
   * @param positions where each output position starts, in quads
   */
  ActivationCodes(
      MemorySegment memory, int images, int planes, int plane, int[] quads, int[] positions) {
    this.memory = memory;
    this.images = images;
    this.plane = plane;
    this.quads = quads;
    this.positions = positions;
    used = new long[planes];
  }

  int[] quads() {
    return quads;
  }

  int[] positions() {
    return positions;
  }

  /** Address of a quad. */
  long address(long quad) {
    return memory.address() + quad * BYTES;
  }

  /** Finds which codes occur, after all are written. */
  void findUsed(ProductRows lookup, Parallel parallel) {
    UsedBlocks blocks = new UsedBlocks(lookup.blockCodes());
    parallel.run(
        used.length,
        (index, worker) -> {
          long found = 0;
          for (long image = 0; image < images; image++) {
            found |= blocks.find(address((image * used.length + index) * plane), plane);
          }
          used[index] = found;
        });
  }

  /** The {@link UsedBlocks} of the plane, in all images, in which a quad lies. */
  long used(long quad) {
    return used[(int) (quad / plane % used.length)];
  }

  /**
   * Stores four rows of entries as quads, one behind the other.
   *
   * @param rows address of the first row; others follow at {@code rowBytes}
   */
  static void interleave(long rows, long rowBytes, int count, long to) {
    int i = LONGS.length() == TERMS ? interleaveVectors(rows, rowBytes, count, to) : 0;
    for (; i < count; i++) {
      long at = rows + (long) i * Short.BYTES;
      long low = entry(at) | entry(at + rowBytes) << 16;
      long high = entry(at + 2 * rowBytes) | entry(at + 3 * rowBytes) << 16;
      LookupVectors.setLong(to + (long) i * BYTES, low | high << 32);
    }
  }

  /** The quads that fill whole vectors; returns their number. */
  private static int interleaveVectors(long rows, long rowBytes, int count, long to) {
    int whole = LONGS.loopBound(count);
    long out = to & ADDRESS;
    for (int i = 0; i < whole; i += LONGS.length()) {
      long at = rows + (long) i * Short.BYTES;
      ShortVector a = ShortVector.fromMemorySegment(ROW, ALL, at & ADDRESS, ORDER);
      ShortVector b = ShortVector.fromMemorySegment(ROW, ALL, at + rowBytes & ADDRESS, ORDER);
      ShortVector c = ShortVector.fromMemorySegment(ROW, ALL, at + 2 * rowBytes & ADDRESS, ORDER);
      ShortVector d = ShortVector.fromMemorySegment(ROW, ALL, at + 3 * rowBytes & ADDRESS, ORDER);
      LongVector ab =
          ((LongVector) b.convertShape(ZERO_EXTEND_S2L, LONGS, 0))
              .lanewise(LSHL, 16)
              .or(a.convertShape(ZERO_EXTEND_S2L, LONGS, 0));
      LongVector cd =
          ((LongVector) d.convertShape(ZERO_EXTEND_S2L, LONGS, 0))
              .lanewise(LSHL, 16)
              .or(c.convertShape(ZERO_EXTEND_S2L, LONGS, 0));
      ab.or(cd.lanewise(LSHL, 32)).intoMemorySegment(ALL, out, ORDER);
      out = out + (long) TERMS * BYTES & ADDRESS;
    }
    return whole;
  }

  private static long entry(long address) {
    return LookupVectors.getShort(address) & 0xFFFF;
  }
}
