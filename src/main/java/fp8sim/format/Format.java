package fp8sim.format;

/**
 * What a tensor's numbers are stored as: float32, a minifloat, a small integer or blocks of these.
 */
public sealed interface Format permits Float32, FloatFormat, IntegerFormat, BlockFormat {
  /** The name that {@link Formats#parse} reads back to an equal format. */
  String name();

  /** Width of a code in bits, the sign included. */
  int bits();
}
