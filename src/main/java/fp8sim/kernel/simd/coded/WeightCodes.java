package fp8sim.kernel.simd.coded;

/**
 * The encoded second operand of a product: for each block of {@code width} channels of a group and
 * each term the codes of these channels. Terms are filled up to whole quads with any codes, because
 * the first operand's entries are padding there.
 *
 * @param terms of each output, filled up
 * @param blocks blocks of channels of one group
 */
record WeightCodes(short[] codes, int width, int terms, int blocks) {
  /** Memory for the codes of {@code groups} groups. */
  static WeightCodes allocate(ProductRows lookup, int groups, int channels, int terms) {
    int width = LookupTables.channels(lookup);
    int padded = Math.ceilDiv(terms, ActivationCodes.TERMS) * ActivationCodes.TERMS;
    int blocks = Math.ceilDiv(channels, width);
    int size = Math.multiplyExact(groups * blocks, Math.multiplyExact(padded, width));
    return new WeightCodes(new short[size], width, padded, blocks);
  }

  /** The code of a term and a lane of a block. */
  int code(int block, int term, int lane) {
    return codes[(block * terms + term) * width + lane];
  }

  /** Sets the code of a channel of a group. */
  void set(int group, int channel, int term, int code) {
    int block = group * blocks + channel / width;
    codes[(block * terms + term) * width + channel % width] = (short) code;
  }
}
