package fp8sim.kernel;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The ways in which the backend {@code cpu} multiplies codes; all give the same bits. */
public enum ProductMethod {
  /** As float32 numbers, where products are those of the numbers. */
  FLOAT32,
  /** Tables of significands in registers, selected by a fraction, times a power of two. */
  SIGNIFICANDS,
  /** Whole tables of products in registers, as digits. */
  REGISTERS,
  /** Tables for blocks of output channels, selected by the codes of the first operand. */
  TABLES,
  /** Tables for blocks of output positions, selected by the codes of the second operand. */
  WEIGHT_TABLES,
  /** Each product looked up by itself. */
  SINGLE,
  /** Term by term in the order of the index, for accumulators that round. */
  SEQUENTIAL,
  /** The loops that define the results. */
  REFERENCE;

  /** As users write it: {@code weight-tables}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The method of a text, or none for an empty one: the cheapest is chosen.
   *
   * @throws Fp8simException (usage) if there is no such method
   */
  public static Optional<ProductMethod> parse(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(values())
            .filter(method -> method.text().equals(text))
            .findFirst()
            .orElseThrow(
                () ->
                    Fp8simException.usage(
                        "%s: there is no such way to multiply; use one of %s"
                            .formatted(
                                UserOption.BACKEND.with("cpu:" + text),
                                Arrays.stream(values())
                                    .map(ProductMethod::text)
                                    .collect(Collectors.joining(", "))))));
  }
}
