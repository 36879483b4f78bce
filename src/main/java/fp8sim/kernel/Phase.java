package fp8sim.kernel;

/** What kernels spend their time on. */
public enum Phase {
  /** Products and their sums. */
  PRODUCTS("products"),
  /** Laying out the products of codes for lookups. */
  TABLES("tables"),
  /** Rounding to a format, encoding and decoding. */
  QUANTIZATION("quantization"),
  /** Copying operands into the order in which products take them. */
  PACKING("packing"),
  /** Biases, activations and residuals on the way to memory. */
  OUTPUTS("outputs"),
  /** Operators without products, and the engine. */
  OTHER("other"),
  /** Workers that have nothing to do, awake. */
  WAITING("waiting");

  private final String label;

  Phase(String label) {
    this.label = label;
  }

  /** Its name in tables and results. */
  public String label() {
    return label;
  }
}
