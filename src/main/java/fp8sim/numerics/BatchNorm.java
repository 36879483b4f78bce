package fp8sim.numerics;

/** What becomes of BatchNormalization behind a weight layer. */
public enum BatchNorm {
  /** It is folded into weight and bias, then the weight is quantized. */
  FOLD,
  /** The layer is computed with its quantized weight, then normalized in float32. */
  KEEP
}
