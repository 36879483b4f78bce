package fp8sim.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.analysis.Distribution;
import fp8sim.analysis.FormatError;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.frame.TextTable;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.OptionNames;
import fp8sim.common.OutputFile;
import fp8sim.format.BlockFormat;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.report.LineChart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code format-error}: expected errors of formats for random numbers. */
public final class FormatErrorCommand implements Command {
  private static final List<String> DEFAULT_FORMATS =
      List.of("e5m2", "e4m3", "e3m4", "e2m5", "e0m7");

  private static final CliOption FORMAT =
      CliOption.value(
              "format",
              "F",
              "a format; repeatable (default: " + String.join(" ", DEFAULT_FORMATS) + ")")
          .repeated();
  private static final CliOption PLOT =
      CliOption.outputFile(
          "plot", "FILE.svg", "SQNR over exponent bits, one line per distribution");

  @Override
  public String name() {
    return "format-error";
  }

  @Override
  public String summary() {
    return "expected error of formats for random numbers and dot products";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(OptionSection.of("Formats", FORMAT, PLOT));
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim format-error", "fp8sim format-error --format e4m3 --format int8 --plot sqnr.svg");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Optional<Path> plot = arguments.findPath(PLOT.name());
    plot.ifPresent(FormatErrorCommand::requireSvg);
    List<FormatError.Row> rows = rows(formats(arguments.list(FORMAT.name())));
    print(invocation, rows);
    plot.ifPresent(file -> OutputFile.write(file, chart(rows).toSvg()));
    invocation.result().put("rows", toJson(rows));
    return ExitCode.SUCCESS;
  }

  /** A name with the extension of another kind of picture is a mistake; one without has none. */
  private static void requireSvg(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.contains(".") && !name.endsWith(".svg")) {
      throw Fp8simException.usage(
          "--plot %s: the picture is SVG; name the file .svg".formatted(file));
    }
  }

  private static List<Format> formats(List<String> names) {
    List<Format> formats = new ArrayList<>();
    for (String name : names.isEmpty() ? DEFAULT_FORMATS : names) {
      Format format = Formats.parse(name);
      if (format.equals(Formats.FLOAT32)) {
        throw Fp8simException.usage("--format fp32: name a format of fewer bits, such as e4m3");
      }
      formats.add(format);
    }
    return formats;
  }

  private static List<FormatError.Row> rows(List<Format> formats) {
    List<FormatError.Row> rows = new ArrayList<>();
    for (Distribution distribution : Distribution.values()) {
      for (Format format : formats) {
        rows.add(FormatError.of(distribution, format));
      }
    }
    return rows;
  }

  private static void print(Invocation invocation, List<FormatError.Row> rows) {
    TextTable table =
        new TextTable(
            "distribution",
            "format",
            "range",
            "MSE",
            "-10 log MSE",
            "SQNR dB",
            "dot product MSE",
            "SQNR dB");
    for (FormatError.Row row : rows) {
      table.row(
          row.distribution().description(),
          row.format().name(),
          String.format(Locale.ROOT, "%.3f", row.range()),
          String.format(Locale.ROOT, "%.3e", row.mse()),
          String.format(Locale.ROOT, "%.2f", row.negativeLogMse()),
          String.format(Locale.ROOT, "%.2f", row.sqnr()),
          String.format(Locale.ROOT, "%.3e", row.dotProductMse()),
          String.format(Locale.ROOT, "%.2f", row.dotProductSqnr()));
    }
    invocation.out().print(table.alignRight(2, 3, 4, 5, 6, 7));
    invocation
        .out()
        .println(
            "range: what the largest value is scaled to by a real scale (the default bias policy):"
                + " the one with the smallest MSE, but not beyond the largest of 100000 samples;"
                + " fp16 and bf16 are not scaled; eXmY are this program's formats, e4m3 is not the"
                + " OCP E4M3 (fp8-e4m3); block formats scale each block by its largest number:"
                + " measured on 2^20 random numbers, range is the largest of them");
  }

  private static LineChart chart(List<FormatError.Row> rows) {
    LineChart chart = new LineChart("Quantization of random numbers", "exponent bits", "SQNR (dB)");
    for (Distribution distribution : Distribution.values()) {
      List<LineChart.Point> points = new ArrayList<>();
      for (FormatError.Row row : rows) {
        if (row.distribution() == distribution) {
          points.add(new LineChart.Point(exponentBits(row.format()), row.sqnr()));
        }
      }
      points.sort(Comparator.comparingInt(LineChart.Point::x));
      chart.add(OptionNames.of(distribution), points);
    }
    return chart;
  }

  private static int exponentBits(Format format) {
    return switch (format) {
      case FloatFormat minifloat -> minifloat.exponentBits();
      case BlockFormat blocks -> exponentBits(blocks.element());
      default -> 0;
    };
  }

  private static JsonArray toJson(List<FormatError.Row> rows) {
    JsonArray array = new JsonArray();
    for (FormatError.Row row : rows) {
      JsonObject json = new JsonObject();
      json.addProperty("distribution", OptionNames.of(row.distribution()));
      json.addProperty("format", row.format().name());
      json.addProperty("range", row.range());
      json.addProperty("mse", row.mse());
      json.addProperty("negativeLogMse", row.negativeLogMse());
      json.addProperty("sqnr", row.sqnr());
      json.addProperty("dotProductMse", row.dotProductMse());
      json.addProperty("dotProductSqnr", row.dotProductSqnr());
      array.add(json);
    }
    return array;
  }
}
