package fp8sim.kernel.simd.coded;

import fp8sim.kernel.simd.vector.LookupVectors;
import java.util.Arrays;

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
  public void entries(int term, int[] to) {
    long quad = group + codes.quads()[term / ActivationCodes.TERMS];
    long at = codes.address(quad) + term % ActivationCodes.TERMS * (long) Short.BYTES;
    int[] positions = codes.positions();
    if (count < kind.lanes()) {
      Arrays.fill(to, 0);
    }
    for (int i = 0; i < count; i++) {
      long position = at + (long) positions[first + i] * ActivationCodes.BYTES;
      to[kind.lane(i)] = LookupVectors.getCode(position);
    }
  }

  @Override
  public int table(int output) {
    return 0;
  }
}
