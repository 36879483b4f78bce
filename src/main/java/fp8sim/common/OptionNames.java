package fp8sim.common;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Command-line spelling of enum constants: lower case with dashes. */
public final class OptionNames {
  private OptionNames() {}

  /** {@code NEAREST_EVEN} as {@code nearest-even}. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant that {@code text} spells.
   *
   * @param what the option's name, for the error
   * @throws Fp8simException one line that lists what is allowed
   */
  public static <E extends Enum<E>> E parse(Class<E> type, String what, String text) {
    for (E constant : type.getEnumConstants()) {
      if (of(constant).equals(text)) {
        return constant;
      }
    }
    String allowed =
        Arrays.stream(type.getEnumConstants())
            .map(OptionNames::of)
            .collect(Collectors.joining(", "));
    throw Fp8simException.usage("unknown " + what + " '" + text + "', use one of " + allowed);
  }
}
