package fp8sim.numerics;

/** Everything the user chose about numbers, resolved. Immutable. */
public record Numerics(FloatMath floatMath) {
  /** Plain float32 with fused multiply-add. */
  public static final Numerics FLOAT32 = new Numerics(FloatMath.FUSED);
}
