package fp8sim.cli.command;

import com.google.gson.JsonPrimitive;
import fp8sim.common.Fp8simException;
import fp8sim.common.Versions;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.measure.ErrorMeasures;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Kappas.yaml} by which an implementation of IEEE P3109 declares approximate operations
 * ("Specifying Implementations", github.com/P3109/Public): each multiplier as an approximation of
 * {@code Multiply}, with the kappa of all pairs of operands whose product is in range.
 */
final class KappasFile {
  private static final int MAX_NAME = 60;

  private KappasFile() {}

  /**
   * The file's text.
   *
   * @throws Fp8simException (usage) if a format is not P3109's
   */
  static String text(List<MeasuredMultiplier> multipliers) {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        """
        ---
        # Fill in who provides the implementation, and the configuration that it belongs to.
        Metadata:
          conformance: "IEEE SA P3109"
          version: "3.2.0"
          provider: ""
          contact:
            email: ""
            uri: ""
          implementation:
            name: ""
            version: ""
            uri: ""

        Configuration:
        """);
    Set<String> names = new HashSet<>();
    for (MeasuredMultiplier multiplier : multipliers) {
      String name = identifier(multiplier.name());
      for (int i = 2; !names.add(name); i++) {
        String suffix = "_" + i;
        String stem = identifier(multiplier.name());
        name = stem.substring(0, Math.min(stem.length(), MAX_NAME - suffix.length())) + suffix;
      }
      yaml.append(entry(name, multiplier));
    }
    return yaml.toString();
  }

  private static String entry(String name, MeasuredMultiplier multiplier) {
    ErrorMeasures.Pairs pairs = multiplier.measures().pairs();
    String note =
        "%s: all %d pairs of finite operands whose product is in range, by fp8sim %s; not among them"
                .formatted(multiplier.name(), pairs.inRange(), Versions.FP8SIM)
            + " are %d that overflow and %d that round to zero"
                .formatted(pairs.overflow(), pairs.underflow());
    return """
      %s:
        Approximates: "Multiply{fx, fy, fr, ρ}"
        Kappas:
          - { interval: "[ -Inf, Inf ]", kappa: %d }
        Constraints:
          - "fx == %s"
          - "fy == %s"
          - "fr == %s"
        Projections:
          RoundingMode: [ NearestTiesToEven ]
          SaturationMode: [ SatFinite ]
        Verification:
          method: "exhaustive"
          note: %s
    """
        .formatted(
            name,
            multiplier.measures().rounded().kappa(),
            format(multiplier.setting().a()),
            format(multiplier.setting().w()),
            format(multiplier.setting().result()),
            new JsonPrimitive(note));
  }

  /** The standard's name of a grid's format. */
  private static String format(@Nullable Grid grid) {
    String name = grid == null ? "" : grid.name();
    if (!(grid instanceof FloatGrid) || !name.startsWith("binary")) {
      throw Fp8simException.usage(
          "kappas are declared of IEEE P3109's formats, such as binary8p3se, not of "
              + (grid == null ? "integers" : name));
    }
    return "Binary" + name.substring("binary".length());
  }

  /** Letters, digits and underscores, from a letter on, at most 60. */
  private static String identifier(String name) {
    String text = "Multiply_" + name.replaceAll("[^A-Za-z0-9]+", "_");
    return text.substring(0, Math.min(text.length(), MAX_NAME));
  }
}
