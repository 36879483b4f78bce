package fp8sim.format;

/** What a tensor's numbers are stored as: float32, a minifloat or a small integer. */
public sealed interface Format permits Float32, FloatFormat, IntegerFormat {
  /** The name that {@link Formats#parse} reads back to an equal format. */
  String name();

  /** Width of a code in bits, the sign included. */
  int bits();
}
