package fp8sim.numerics;

/**
 * How float32 layers add their products (docs/semantics.md section 6). The two agree wherever every
 * product is exact in float32.
 */
public enum FloatMath {
  /** Each term by one fused multiply-add: rounded once. */
  FUSED,
  /** Multiply, round, then add, round. */
  SEPARATE
}
