package fp8sim.multiplier;

/** A product model bound to its operands' grids: the product of two codes, rounding included. */
public interface BoundProduct {
  /**
   * The product of two codes in {@code 0 .. 2^codeBits - 1}, exactly; 0 if one of them is Inf or
   * NaN (kernels keep track of those).
   */
  double of(int codeA, int codeW);

  /** What every product is a multiple of, and how large it can be. */
  ProductUnits units();
}
