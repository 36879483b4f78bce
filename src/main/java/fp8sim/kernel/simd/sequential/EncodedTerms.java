package fp8sim.kernel.simd.sequential;

/**
 * An encoded operand: the entry of element i in term k lies at {@code address + terms[k] +
 * index[i]}, in bytes. Entry 0 is padding, others are codes plus one.
 *
 * @param terms negative where none of the elements has the term
 */
record EncodedTerms(long address, int[] terms, int[] index) {
  int entry(int term, int element) {
    return SequentialVectors.entry(address + terms[term] + index[element]);
  }
}
