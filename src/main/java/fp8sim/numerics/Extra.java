package fp8sim.numerics;

/** Operators that are quantized on request only: an extension of the study. */
public enum Extra {
  /** Both operands of both matrix products. */
  ATTENTION,
  /** Keys and values of attention, as they would be kept for later tokens. */
  KV_CACHE,
  /** The input of LayerNormalization. */
  LAYERNORM,
  /** The input of Softmax. */
  SOFTMAX,
  /** The input of Gelu. */
  GELU
}
