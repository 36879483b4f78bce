package fp8sim.multiplier;

import fp8sim.common.Fp8simException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the comments in which libraries of circuits say what a circuit costs: {@code // PDK45_PWR =
 * 0.391 mW}, in C, Verilog, and text with {@code #} or {@code --}.
 */
public final class CostComments {
  /** Comments stand at the head of a file; so much of it is looked at. */
  private static final int HEAD = 1 << 16;

  private static final int MAX_TECHNOLOGIES = 16;

  private static final Pattern COMMENT =
      Pattern.compile(
          "(?m)^[ \\t]*(?://|/?\\*{1,3}|#|--)[ \\t]*([A-Z][A-Z0-9]{0,15})_"
              + "(PWR|POWER|AREA|LUT|DELAY|ENERGY)[ \\t]*[=:][ \\t]*(\\S{1,40})"
              + "(?:[ \\t]+(\\S{1,10}))?[ \\t\\r]*(?:\\*/[ \\t\\r]*)?$");
  private static final Pattern NUMBER =
      Pattern.compile("(?:\\d{1,30}(?:\\.\\d{0,30})?|\\.\\d{1,30})(?:[eE][-+]?\\d{1,3})?");

  /** What is measured, with its units in those of {@link UnitCost}. */
  private enum Measure {
    ENERGY(Map.of("fJ", 1.0, "pJ", 1e3, "nJ", 1e6)),
    POWER(Map.of("nW", 1e-6, "uW", 1e-3, "mW", 1.0, "W", 1e3)),
    AREA(Map.of("um2", 1.0, "um^2", 1.0, "mm2", 1e6, "mm^2", 1e6)),
    DELAY(Map.of("ps", 1e-3, "ns", 1.0, "us", 1e3));

    private final Map<String, Double> units;

    Measure(Map<String, Double> units) {
      this.units = units;
    }

    static Measure of(String key) {
      return switch (key) {
        case "PWR" -> POWER;
        case "LUT" -> AREA;
        default -> valueOf(key);
      };
    }
  }

  /** The figures of one technology. */
  private static final class Figures {
    private final Map<Measure, Double> values = new EnumMap<>(Measure.class);
    private @Nullable Boolean hasUnits;

    OptionalDouble of(Measure measure) {
      Double value = values.get(measure);
      return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
  }

  private CostComments() {}

  /**
   * The costs that comments at the head of a text name, one for each technology; empty if there are
   * none.
   *
   * @param what the file, for messages
   * @throws Fp8simException (input) one line, if a figure is no number from 0 to 1e100, has an
   *     unknown unit, or is there twice
   */
  public static List<UnitCost> read(String what, CharSequence text) {
    Map<String, Figures> found = new LinkedHashMap<>();
    Matcher comment = COMMENT.matcher(text.subSequence(0, Math.min(text.length(), HEAD)));
    while (comment.find()) {
      String technology = comment.group(1);
      if (found.size() == MAX_TECHNOLOGIES && !found.containsKey(technology)) {
        throw bad(what, "names costs of more than " + MAX_TECHNOLOGIES + " technologies");
      }
      add(what, found.computeIfAbsent(technology, _ -> new Figures()), comment);
    }
    List<UnitCost> costs = new ArrayList<>();
    found.forEach(
        (technology, figures) ->
            costs.add(
                new UnitCost(
                    technology,
                    figures.of(Measure.ENERGY),
                    figures.of(Measure.POWER),
                    figures.of(Measure.AREA),
                    figures.of(Measure.DELAY),
                    Boolean.TRUE.equals(figures.hasUnits))));
    return List.copyOf(costs);
  }

  /** The texts of comments that {@link #read} reads as these costs. */
  public static List<String> lines(List<UnitCost> costs) {
    List<String> lines = new ArrayList<>();
    for (UnitCost cost : costs) {
      add(lines, cost, "ENERGY", cost.energy(), "fJ");
      add(lines, cost, "PWR", cost.power(), "mW");
      add(lines, cost, "AREA", cost.area(), "um2");
      add(lines, cost, "DELAY", cost.delay(), "ns");
    }
    return lines;
  }

  private static void add(
      List<String> lines, UnitCost cost, String key, OptionalDouble figure, String unit) {
    if (figure.isPresent()) {
      String value = Double.toString(figure.getAsDouble());
      lines.add(
          cost.technology() + "_" + key + " = " + value + (cost.hasUnits() ? " " + unit : ""));
    }
  }

  private static void add(String what, Figures figures, Matcher comment) {
    String key = comment.group(1) + "_" + comment.group(2);
    Measure measure = Measure.of(comment.group(2));
    @Nullable String unit = comment.group(4);
    double factor = 1;
    if (unit != null) {
      Double known = measure.units.get(unit.replace("µ", "u").replace("μ", "u"));
      if (known == null) {
        throw bad(what, "gives %s in %s, which is no unit of it".formatted(key, unit));
      }
      factor = known;
    }
    double value =
        NUMBER.matcher(comment.group(3)).matches()
            ? factor * Double.parseDouble(comment.group(3))
            : Double.NaN;
    if (!UnitCost.isFigure(value)) {
      throw bad(
          what, "gives %s = %s: a cost is 0 to %s".formatted(key, comment.group(3), UnitCost.MAX));
    }
    if (figures.values.put(measure, value) != null) {
      throw bad(what, "gives " + key + " twice");
    }
    boolean hasUnit = unit != null;
    if (figures.hasUnits != null && figures.hasUnits != hasUnit) {
      throw bad(what, "gives some of %s_* with units, others without".formatted(comment.group(1)));
    }
    figures.hasUnits = hasUnit;
  }

  private static Fp8simException bad(String what, String message) {
    return Fp8simException.input(what + " " + message);
  }
}
