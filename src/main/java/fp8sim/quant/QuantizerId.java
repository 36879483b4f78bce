package fp8sim.quant;

/**
 * Which quantizer of a network: its layer, and what it is to that layer.
 *
 * @param layer name of the node
 */
public record QuantizerId(String layer, QuantizerRole role) {
  /** A quantizer of a tensor that belongs to no network. */
  public static QuantizerId alone(String name) {
    return new QuantizerId(name, QuantizerRole.ALONE);
  }

  /** What the quantizer belongs to: its layer, or a product within it. */
  public ProductSite owner() {
    return new ProductSite(layer, role.part());
  }

  /**
   * As ranges files, messages and reports have it, such as {@code conv1/weight}; the random numbers
   * of stochastic rounding depend on it. It is only compared, never taken apart: names of layers
   * may end like a role.
   */
  @Override
  public String toString() {
    return layer + role.suffix();
  }
}
