package fp8sim.multiplier;

import fp8sim.Fp8simException;
import java.util.List;
import java.util.stream.Collectors;

/** The list of product models, and the parser of {@code name:key=value,...}. */
public final class Multipliers {
  /** All models; help, errors and tests take them from here. */
  public static final List<ModelEntry> ALL =
      List.of(
          ExactProduct.ENTRY,
          StudyProduct.ENTRY,
          AdderProduct.ENTRY,
          LmulProduct.ENTRY,
          MitchellProduct.ENTRY,
          MbmProduct.ENTRY,
          TruncatedProduct.ENTRY,
          DrumProduct.ENTRY,
          TableProduct.ENTRY,
          SourceProduct.ENTRY);

  /** The default model. */
  public static final ProductModel EXACT = new ExactProduct();

  private Multipliers() {}

  /**
   * The model of a specification, e.g. {@code exact}, {@code adder:compensation=3,overflow=wrap}.
   * Files that it names are read here.
   *
   * @throws Fp8simException one line that says what is wrong and what is allowed
   */
  public static ProductModel parse(String specification) {
    int colon = specification.indexOf(':');
    String name = colon < 0 ? specification : specification.substring(0, colon);
    String options = colon < 0 ? "" : specification.substring(colon + 1);
    for (ModelEntry entry : ALL) {
      if (entry.name().equals(name)) {
        return entry.read(options);
      }
    }
    String allowed = ALL.stream().map(ModelEntry::name).collect(Collectors.joining(", "));
    throw Fp8simException.usage("unknown multiplier '" + name + "', use one of " + allowed);
  }
}
