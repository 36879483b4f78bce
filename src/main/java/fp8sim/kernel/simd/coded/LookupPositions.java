package fp8sim.kernel.simd.coded;

import fp8sim.kernel.simd.vector.LookupVectors;

/**
 * Output positions in lanes.
 *
 * @param codes the first operand, encoded with a factor of 1
 * @param group where the codes of a group start, in quads
 * @param first position of the block
 */
record LookupPositions(
    ProductRows.Kind kind, ActivationCodes codes, long group, int first, int count)
    implements TableLanes {
  @Override
  public long entries(int term, long work) {
    long at = codes.address(group + codes.quads()[term / ActivationCodes.TERMS]);
    long next = (long) kind.lanes() * Short.BYTES;
    int[] positions = codes.positions();
    if (count < kind.lanes()) {
      LookupVectors.clear(work, ActivationCodes.TERMS * next);
    }
    for (int i = 0; i < count; i++) {
      long position = at + (long) positions[first + i] * ActivationCodes.BYTES;
      long quad = LookupVectors.getLong(position);
      long to = work + (long) kind.lane(i) * Short.BYTES;
      LookupVectors.setShort(to, (int) quad);
      LookupVectors.setShort(to + next, (int) (quad >>> Short.SIZE));
      LookupVectors.setShort(to + 2 * next, (int) (quad >>> (2 * Short.SIZE)));
      LookupVectors.setShort(to + 3 * next, (int) (quad >>> (3 * Short.SIZE)));
    }
    return work;
  }

  @Override
  public int table(int output) {
    return 0;
  }
}
