package fp8sim.kernel.simd.sequential;

import fp8sim.kernel.Parallel;

/**
 * The encoded operands of some products of matrices, and where outputs go. Elements of the first
 * operand are positions, those of the second one channels.
 */
interface SequentialOperands {
  /** How many products there are. */
  int products();

  /** Encodes what the network computed. */
  void encode(Parallel parallel);

  /** The terms of a product's outputs. */
  TermParts parts(int product);

  ElementOrder positions(int product);

  ElementOrder channels(int product);

  /** Address of a product's entries of the first operand. */
  long positionsAt(int product);

  long channelsAt(int product);

  EncodedTensor first();

  EncodedTensor second();

  OutputOrder output(int product);
}
