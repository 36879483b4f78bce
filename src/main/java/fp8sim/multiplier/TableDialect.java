package fp8sim.multiplier;

/** How a file lists the products of all pairs of operands. */
enum TableDialect {
  /** 16-bit little endian, index {@code a * 256 + b}. */
  UINT16LE,
  /** A C header's {@code [256][256]}, two's-complement order. */
  C_INT16,
  /** 32-bit little endian, rows and columns in the order 0..127, -128..-1. */
  INT32LE,
  /** Lines {@code a b p}. */
  TEXT,
  /** {@code 2^m x 2^m} bytes: bit 7 the carry, the low m bits the mantissa. */
  MANTISSA,
  /** A NumPy file of float32, as {@code multiplier --table} writes it. */
  NPY
}
