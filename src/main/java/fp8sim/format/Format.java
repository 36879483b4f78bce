package fp8sim.format;

/**
 * What a tensor's numbers are stored as: float32, a minifloat, a small integer, a table, or blocks
 * of minifloats or integers.
 */
public sealed interface Format
    permits Float32, FloatFormat, IntegerFormat, TableFormat, BlockFormat {
  /** The name that {@link Formats#parse} reads back to an equal format. */
  String name();

  /** Width of a code in bits, the sign included. */
  int bits();
}
