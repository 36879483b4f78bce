package fp8sim.numerics;

/**
 * Which tensors of a weight layer are quantized besides its weight (docs/semantics.md section 4).
 */
public enum QuantizeAt {
  /** The layer's input, by the layer's own quantizer. */
  INPUT,
  /** The output of the layer's group, after normalization and activation. */
  OUTPUT
}
