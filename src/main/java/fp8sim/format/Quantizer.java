package fp8sim.format;

/** Everything that quantizes one tensor or one output channel, precomputed. */
public sealed interface Quantizer permits ScalarQuantizer, BlockQuantizer {
  /** What was asked for. */
  Format format();

  /** Width of the codes in bits. */
  int codeBits();

  /** Whether values depend on random bits. */
  boolean isStochastic();
}
