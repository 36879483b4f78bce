package fp8sim.kernel.simd.sequential;

/**
 * Elements {@code first} to {@code end - 1} of an operand, which share their terms and their table.
 *
 * @param terms as those of {@link EncodedTerms}
 * @param table the number of their product table; -1 if elements do not decide it
 */
record TermSegment(int[] terms, int first, int end, int table) {}
