package fp8sim.kernel.simd.depthwise;

/** Sums of the products of a plane's codes with a filter, of which there are several kinds. */
interface PlaneSums {
  /** How a plane's entries are copied. */
  RowCopy copy();

  /** What entries are multiples of; see {@link fp8sim.kernel.simd.coded.CodeEncoder}. */
  int factor();

  /** Bytes of working memory. */
  long workBytes();

  /** Prepares working memory for the filter of an output channel. */
  void prepare(int channel, long work);

  /**
   * Sums the windows at all positions of a {@link PlaneLayout}, as float32 without the arithmetic's
   * scale.
   *
   * @param plane address of the copy
   * @param work as {@link #prepare} left it for the channel
   * @param sums address of the sums, with room for {@link DepthwiseProducts#MORE} more
   */
  void run(long plane, int channel, long work, long sums);
}
