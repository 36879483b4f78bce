package fp8sim.numerics;

/** Operators that are quantized on request only: an extension of the study. */
public enum Extra {
  /** Both operands of both matrix products. */
  ATTENTION,
  /** The input. */
  LAYERNORM,
  /** The input. */
  SOFTMAX,
  /** The input. */
  GELU
}
