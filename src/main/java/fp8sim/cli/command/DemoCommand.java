package fp8sim.cli.command;

import com.google.gson.JsonObject;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.frame.TextTable;
import fp8sim.cli.option.DataOptions;
import fp8sim.cli.option.ModelOptions;
import fp8sim.cli.option.RuntimeOptions;
import fp8sim.common.ExitCode;
import fp8sim.experiment.PlanFile;
import fp8sim.experiment.PointResult;
import fp8sim.experiment.ResultSet;
import fp8sim.experiment.Shard;
import fp8sim.experiment.SweepFolder;
import fp8sim.experiment.SweepPlan;
import fp8sim.experiment.SweepRun;
import fp8sim.model.Bundled;
import fp8sim.report.ShownMultiplier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** {@code demo}: the main job on what comes with the program, as a sweep with its report. */
public final class DemoCommand implements Command {
  private static final CliOption FULL =
      CliOption.flag("full", "all 10000 test images instead of 100 of each class");
  private static final CliOption OUTPUT =
      CliOption.outputFolder("output", "where the report goes").withDefault("fp8sim-demo");

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String summary() {
    return "the bundled networks on the bundled images, formats and multipliers side by side";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(OptionSection.of("Demo", FULL, OUTPUT), RuntimeOptions.SECTION);
  }

  @Override
  public List<String> examples() {
    return List.of("fp8sim demo", "fp8sim demo --full --output demo-full");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Path output = arguments.path(OUTPUT.name());
    SweepReport.checkOutputs(arguments, output);
    SweepPlan plan = plan(arguments);
    try (SweepFolder folder = SweepFolder.open(output)) {
      folder.clear();
      SweepRun run = SweepReport.sweep(invocation, plan, Shard.ALL, null);
      ResultSet results = run.run(folder);
      SweepReport.write(
          invocation, results, point -> ShownMultiplier.of(run.numerics(point)), folder, output);
      print(invocation, results, output);
      return SweepReport.exitCode(invocation, results);
    }
  }

  private static SweepPlan plan(Arguments arguments) {
    SweepPlan plan = PlanFile.read("demo").with(arguments.given(List.of(RuntimeOptions.SECTION)));
    if (!arguments.has(FULL.name())) {
      return plan;
    }
    JsonObject base = plan.base().deepCopy();
    base.remove(DataOptions.PER_CLASS.name());
    return new SweepPlan(plan.name(), base, plan.axes(), plan.exclude());
  }

  /** A row for each network, a column for each of the plan's numerics. */
  private static void print(Invocation invocation, ResultSet results, Path output) {
    Map<String, String[]> rows = new LinkedHashMap<>();
    List<String> columns = new ArrayList<>(List.of("top-1 in %"));
    for (PointResult result : results.results()) {
      String column = describe(result.point().configuration());
      if (!columns.contains(column)) {
        columns.add(column);
      }
    }
    long images = 0;
    double width = 0;
    for (PointResult result : results.results()) {
      JsonObject configuration = result.point().configuration();
      String model = configuration.get(ModelOptions.MODEL.name()).getAsString();
      String[] cells = rows.computeIfAbsent(model, name -> new String[columns.size()]);
      JsonObject scores = result.scores();
      cells[0] = model;
      cells[columns.indexOf(describe(configuration))] =
          scores == null
              ? "failed"
              : String.format(Locale.ROOT, "%.1f", 100 * scores.get("top1").getAsDouble());
      if (scores != null) {
        images = scores.get("images").getAsLong();
        width = Math.max(width, width(scores));
      }
    }
    TextTable table = new TextTable(columns.toArray(String[]::new));
    rows.values().forEach(table::row);
    Integer[] numbers = IntStream.range(1, columns.size()).boxed().toArray(Integer[]::new);
    invocation.out().print(table.alignRight(numbers));
    invocation
        .out()
        .printf(
            Locale.ROOT,
            """
            %d test images each: 95 %% intervals up to +-%.1f; per-channel weights, ranges from 256\
             training images
            formats are scaled to each range by a real number (--bias-policy real, the default);\
             the study's way is --preset study
            report: %s
            next: fp8sim sweep --plan study-grid --model %s --limit 500 --output grid
            """,
            images,
            50 * width,
            output.resolve("report.html"),
            Bundled.MODELS.getFirst());
  }

  private static double width(JsonObject scores) {
    List<Double> ends =
        scores.getAsJsonArray("interval95").asList().stream().map(e -> e.getAsDouble()).toList();
    return ends.getLast() - ends.getFirst();
  }

  /** The numerics in few words: {@code e3m4 adder}. */
  private static String describe(JsonObject configuration) {
    List<String> words = new ArrayList<>();
    for (String key : List.of("format", "multiplier")) {
      words.add(configuration.get(key).getAsString());
    }
    words.remove("exact");
    return String.join(" ", words);
  }
}
