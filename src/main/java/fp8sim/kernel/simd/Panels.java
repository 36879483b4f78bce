package fp8sim.kernel.simd;

/**
 * The right operand of a block of a product: panels of {@link Tile#COLUMNS} columns, for a range of
 * k at a time.
 */
interface Panels {
  /** Makes terms {@code k0} to {@code k0 + count - 1} available. */
  void prepare(int k0, int count);

  /** Where the prepared terms of a panel of the block start. */
  long address(int panel);

  /** Bytes from one k to the next. */
  long stride();
}
