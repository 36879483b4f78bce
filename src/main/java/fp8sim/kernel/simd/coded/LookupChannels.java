package fp8sim.kernel.simd.coded;

/**
 * Output channels in lanes.
 *
 * @param block of the codes
 * @param first output channel of the block
 */
record LookupChannels(ProductRows lookup, WeightCodes codes, int block, int first, int count)
    implements TableLanes {
  @Override
  public long entries(int term, long work) {
    return codes.address(block, term);
  }

  @Override
  public int table(int output) {
    return lookup.table(first + output);
  }
}
