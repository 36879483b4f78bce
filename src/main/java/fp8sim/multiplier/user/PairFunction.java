package fp8sim.multiplier.user;

/** What computes products of pairs of operands. */
@FunctionalInterface
public interface PairFunction {
  /**
   * Computes the product of each pair.
   *
   * @param a codes of first operands; integers are two's complement of the operand's width
   * @param b codes of second operands, as many
   * @param products gets the integers that are the products, or codes of results, as many
   */
  void multiply(long[] a, long[] b, long[] products);
}
