package fp8sim.kernel.simd;

/**
 * The encoded second operand of a product: for each block of {@link Tile#COLUMNS} channels of a
 * group and each term the codes of these channels. Terms are filled up to whole quads with any
 * codes, because the first operand's entries are padding there.
 *
 * @param terms of each output, filled up
 * @param blocks blocks of channels of one group
 */
record SecondCodes(short[] codes, int terms, int blocks) {
  /** Memory for the codes of {@code groups} groups. */
  static SecondCodes allocate(int groups, int channels, int terms) {
    int padded = Math.ceilDiv(terms, FirstCodes.TERMS) * FirstCodes.TERMS;
    int blocks = Math.ceilDiv(channels, Tile.COLUMNS);
    int size = Math.multiplyExact(groups * blocks, Math.multiplyExact(padded, Tile.COLUMNS));
    return new SecondCodes(new short[size], padded, blocks);
  }

  /** Where a block starts. */
  int block(int index) {
    return index * terms * Tile.COLUMNS;
  }

  /** Sets the code of a channel of a group. */
  void set(int group, int channel, int term, int code) {
    int block = group * blocks + channel / Tile.COLUMNS;
    codes[block(block) + term * Tile.COLUMNS + channel % Tile.COLUMNS] = (short) code;
  }
}
