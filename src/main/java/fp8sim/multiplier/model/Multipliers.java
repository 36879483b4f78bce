package fp8sim.multiplier.model;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.user.FileNames;
import fp8sim.multiplier.user.SourceProduct;
import fp8sim.multiplier.user.TableProduct;
import fp8sim.multiplier.user.c.CProduct;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The list of product models, and the parser of {@code name:key=value,...}. */
public final class Multipliers {
  /** All models; help, errors and tests take them from here. */
  public static final List<MultiplierEntry> ALL =
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
          CProduct.ENTRY,
          SourceProduct.ENTRY);

  /** The default model. */
  public static final Multiplier EXACT = new ExactProduct();

  private static final Pattern FILE = Pattern.compile("(?<=[:,])file=(?:\\[([^\\]]*)\\]|([^,]*))");

  private Multipliers() {}

  /** A specification with another name of each file that it names. */
  public static String withFiles(String specification, UnaryOperator<String> other) {
    return FILE.matcher(specification)
        .replaceAll(
            found -> {
              String name = found.group(1) == null ? found.group(2) : found.group(1);
              return Matcher.quoteReplacement("file=" + FileNames.bracketed(other.apply(name)));
            });
  }

  /** The files that a specification names. */
  public static List<String> files(String specification) {
    List<String> files = new ArrayList<>();
    withFiles(
        specification,
        name -> {
          files.add(name);
          return name;
        });
    return files;
  }

  /** Whether a specification names code of a user's, which runs when the model is used. */
  public static boolean isSource(String specification) {
    return specification.split(":", 2)[0].equals(SourceProduct.ENTRY.name());
  }

  /**
   * The model of a specification, e.g. {@code exact}, {@code adder:compensation=3,overflow=wrap}.
   * Files that it names are read here; code of users runs only later.
   *
   * @throws Fp8simException one line that says what is wrong and what is allowed
   */
  public static Multiplier parse(String specification) {
    int colon = specification.indexOf(':');
    String name = colon < 0 ? specification : specification.substring(0, colon);
    String options = colon < 0 ? "" : specification.substring(colon + 1);
    if (colon >= 0 && options.isEmpty()) {
      throw Fp8simException.usage(
          "multiplier '" + specification + "': nothing follows the colon, write key=value there");
    }
    for (MultiplierEntry entry : ALL) {
      if (entry.name().equals(name)) {
        return entry.read(options);
      }
    }
    String allowed = ALL.stream().map(MultiplierEntry::name).collect(Collectors.joining(", "));
    throw Fp8simException.usage("unknown multiplier '" + name + "', use one of " + allowed);
  }
}
