package fp8sim.kernel.simd.coded;

/** What the lanes of a vector of tables stand for: outputs, each with a code for each term. */
interface TableLanes {
  /** Outputs, at most a vector has lanes. */
  int count();

  /**
   * Sets for each lane the code of a term plus one, or 0 in a lane that stands for no output.
   *
   * @param to for all lanes of a vector, outputs at their {@link ProductRows.Kind#lane}
   */
  void entries(int term, int[] to);

  /** The number of the product table of an output. */
  int table(int output);
}
