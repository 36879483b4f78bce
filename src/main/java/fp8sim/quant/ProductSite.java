package fp8sim.quant;

/**
 * Where a network multiplies: a layer, or one of the two products within attention.
 *
 * @param layer name of the node
 */
public record ProductSite(String layer, Part part) {
  /** The product of a layer; attention has two. */
  public enum Part {
    /** The layer's only product. */
    WHOLE(""),
    /** In attention queries times keys. */
    SCORES("/scores"),
    /** In attention probabilities times values. */
    VALUES("/values");

    private final String suffix;

    Part(String suffix) {
      this.suffix = suffix;
    }

    String suffix() {
      return suffix;
    }
  }

  /** The only product of a layer. */
  public static ProductSite of(String layer) {
    return new ProductSite(layer, Part.WHOLE);
  }

  /** The quantizer of what the product gives, before anything is done with it. */
  public QuantizerId result() {
    QuantizerRole role =
        switch (part) {
          case WHOLE -> QuantizerRole.RESULT;
          case SCORES -> QuantizerRole.SCORES_RESULT;
          case VALUES -> QuantizerRole.VALUES_RESULT;
        };
    return new QuantizerId(layer, role);
  }

  /** As messages and reports have it. */
  @Override
  public String toString() {
    return layer + part.suffix();
  }
}
