package fp8sim.cli.command;

import fp8sim.cli.command.MultiplierMeasures.Measure;
import fp8sim.common.CsvText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The measures of multipliers as files for papers and spreadsheets. */
final class MultiplierTables {
  private MultiplierTables() {}

  /** All measures, a line for each multiplier. */
  static String csv(List<MeasuredMultiplier> multipliers) {
    List<Measure> measures = MultiplierMeasures.all(multipliers.getFirst().outputs());
    StringBuilder csv = new StringBuilder();
    csv.append(CsvText.line(cells("multiplier", measures.stream().map(Measure::key))));
    for (MeasuredMultiplier multiplier : multipliers) {
      Stream<String> values =
          measures.stream().map(measure -> measure.of(multiplier.measures()).toString());
      csv.append(CsvText.line(cells(multiplier.name(), values)));
    }
    return csv.toString();
  }

  private static List<String> cells(String first, Stream<String> others) {
    List<String> cells = new ArrayList<>(List.of(first));
    others.forEach(cells::add);
    return cells;
  }

  /** The compared measures as a {@code tabular} of LaTeX with the rules of booktabs. */
  static String latex(List<MeasuredMultiplier> multipliers) {
    List<Measure> measures = MultiplierMeasures.compared();
    StringBuilder latex = new StringBuilder();
    latex.append("\\begin{tabular}{l").append("r".repeat(measures.size())).append("}\n\\toprule\n");
    latex.append(row("multiplier", measures.stream().map(Measure::heading)));
    latex.append("\\midrule\n");
    for (MeasuredMultiplier multiplier : multipliers) {
      latex.append(
          row(
              "\\texttt{" + escaped(multiplier.name()) + "}",
              measures.stream().map(measure -> number(measure.of(multiplier.measures())))));
    }
    return latex.append("\\bottomrule\n\\end{tabular}\n").toString();
  }

  private static String row(String first, Stream<String> cells) {
    return Stream.concat(Stream.of(first), cells).collect(Collectors.joining(" & ", "", " \\\\\n"));
  }

  /** Four significant digits, powers of ten as mathematics has them. */
  private static String number(Number value) {
    if (!(value instanceof Double number)) {
      return value.toString();
    }
    String text = String.format(Locale.ROOT, "%.4g", number);
    int exponent = text.indexOf('e');
    String digits = exponent < 0 ? text : text.substring(0, exponent);
    return exponent < 0
        ? "$" + digits + "$"
        : "$" + digits + "\\cdot10^{" + Integer.parseInt(text.substring(exponent + 1)) + "}$";
  }

  /** A name as text of LaTeX. */
  private static String escaped(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\textbackslash{}");
        case '~' -> text.append("\\textasciitilde{}");
        case '^' -> text.append("\\textasciicircum{}");
        case '#', '$', '%', '&', '_', '{', '}' -> text.append('\\').append(c);
        default -> text.append(c);
      }
    }
    return text.toString();
  }
}
