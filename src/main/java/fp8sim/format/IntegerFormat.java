package fp8sim.format;

/**
 * Uniform integers of 2 to 12 bits. Whether the range is signed is decided by each quantizer (see
 * {@link IntegerQuantizer}).
 *
 * @param bits width of a code
 */
public record IntegerFormat(int bits) implements Format {
  private static final int MAX_BITS = 12;

  public IntegerFormat {
    if (bits < 2 || bits > MAX_BITS) {
      throw new IllegalArgumentException("integer formats have 2 to 12 bits, not " + bits);
    }
  }

  @Override
  public String name() {
    return "int" + bits;
  }

  /** Smallest signed value, {@code -2^(bits-1)}. */
  public int signedMin() {
    return -(1 << (bits - 1));
  }

  /** Largest signed value, {@code 2^(bits-1) - 1}. */
  public int signedMax() {
    return (1 << (bits - 1)) - 1;
  }

  /** Largest unsigned value, {@code 2^bits - 1}. */
  public int unsignedMax() {
    return (1 << bits) - 1;
  }
}
