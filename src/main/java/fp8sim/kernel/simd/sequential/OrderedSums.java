package fp8sim.kernel.simd.sequential;

/** Finished sums: for each element of a range, those of some lanes. */
interface OrderedSums {
  /**
   * Writes the sums of an element.
   *
   * @param element counted from the first of the range
   * @param vectors of lanes from the first on
   */
  void row(int element, int vectors, long to);
}
