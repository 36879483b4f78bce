package fp8sim.kernel.simd.coded;

/** What the lanes of a vector of tables stand for: outputs, each with a code for each term. */
interface TableLanes {
  /** Outputs, at most a vector has lanes. */
  int count();

  /**
   * Address of the entries of four terms from {@code term} on: for each term 16 bits for each lane
   * of a vector, the code plus one, or 0 for padding and in a lane that stands for no output.
   * Outputs are at their {@link ProductRows.Kind#lane}.
   *
   * @param work address of memory for them
   */
  long entries(int term, long work);

  /** The number of the product table of an output. */
  int table(int output);
}
