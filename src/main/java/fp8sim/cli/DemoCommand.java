package fp8sim.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.ExitCode;
import fp8sim.OutputFile;
import fp8sim.Progress;
import fp8sim.data.Bundled;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.engine.Network;
import fp8sim.eval.Calibration;
import fp8sim.eval.Evaluation;
import fp8sim.eval.LoadedModel;
import fp8sim.eval.Scores;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import fp8sim.report.AccuracyPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code demo}: the main job on what comes with the program. */
final class DemoCommand implements Command {
  private static final int SAMPLES_PER_CLASS = 100;
  private static final int BATCH_SIZE = 32;
  private static final int CALIBRATION_BATCHES = 8;

  private static final CliOption FULL =
      CliOption.flag("full", "all 10000 test images instead of 100 of each class");
  private static final CliOption OUTPUT =
      CliOption.value("output", "DIR", "where the report goes").withDefault("fp8sim-demo");

  /** One column: what the user would give as options. */
  private record Column(String title, Map<String, List<String>> options) {
    static Column format(String format) {
      return new Column(format, Map.of("format", List.of(format)));
    }

    Numerics numerics() {
      return NumericsParser.parse(options);
    }
  }

  private static final List<Column> COLUMNS =
      List.of(
          new Column("float32", Map.of()),
          Column.format("e5m2"),
          Column.format("e4m3"),
          Column.format("e3m4"),
          Column.format("e2m5"),
          new Column(
              "e3m4 real", Map.of("format", List.of("e3m4"), "bias-policy", List.of("real"))),
          Column.format("int8"));

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String summary() {
    return "the bundled networks on the bundled images, formats side by side";
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
    Path page = invocation.arguments().path(OUTPUT.name()).resolve("report.html");
    OutputFile.check(page);
    Backends.Choice backend = RuntimeOptions.backend(invocation.arguments());
    int threads = RuntimeOptions.threads(invocation.arguments());
    List<AccuracyPage.Row> rows = new ArrayList<>();
    JsonArray results = new JsonArray();
    int total = Bundled.MODELS.size() * COLUMNS.size();
    TextTable table = new TextTable(header());
    try (Progress.Meter meter = invocation.progress().start("demo", total)) {
      for (String name : Bundled.MODELS) {
        List<Scores> scores = new ArrayList<>();
        double speed = 0;
        for (Column column : COLUMNS) {
          Evaluation.Outcome outcome = evaluate(invocation, name, column, backend, threads);
          scores.add(outcome.scores());
          speed = scores.size() == 1 ? outcome.imagesPerSecond() : speed;
          results.add(json(name, column, outcome));
          meter.advance(1);
        }
        rows.add(new AccuracyPage.Row(name, scores));
        table.row(cells(name, scores, speed));
      }
    }
    invocation.result().put("results", results);
    OutputFile.write(page, page(invocation, rows).html());
    print(invocation, table, rows, page);
    return ExitCode.SUCCESS;
  }

  private static Evaluation.Outcome evaluate(
      Invocation invocation, String name, Column column, Backends.Choice backend, int threads) {
    LoadedModel model = LoadedModel.open(name, null);
    DatasetDescription description = DatasetDescription.load("fashion-mnist", null);
    Dataset all = description.open(model.card());
    Dataset dataset =
        invocation.arguments().has(FULL.name()) ? all : all.stratified(SAMPLES_PER_CLASS);
    try (Network network = new Network(model.graph(), column.numerics(), backend, threads)) {
      if (network.numerics().quantizesActivations()) {
        new Calibration(BATCH_SIZE, CALIBRATION_BATCHES, threads)
            .run(network, description.openCalibration(model.card()), Progress.NONE);
      }
      Evaluation evaluation =
          new Evaluation(network, null, model.givesProbabilities(), BATCH_SIZE, threads);
      Evaluation.Outcome outcome =
          evaluation.run(dataset, Evaluation.Listener.NONE, Progress.Meter.SILENT);
      invocation.result().ranOn(network.backend(), network.device().name());
      return outcome;
    }
  }

  private static String[] header() {
    List<String> header = new ArrayList<>(List.of("top-1 in %"));
    COLUMNS.forEach(column -> header.add(column.title()));
    header.add("float32 images/s");
    return header.toArray(String[]::new);
  }

  private static String[] cells(String name, List<Scores> scores, double speed) {
    List<String> cells = new ArrayList<>(List.of(name));
    scores.forEach(score -> cells.add(String.format(Locale.ROOT, "%.1f", 100 * score.top1())));
    cells.add(String.format(Locale.ROOT, "%.0f", speed));
    return cells.toArray(String[]::new);
  }

  private static void print(
      Invocation invocation, TextTable table, List<AccuracyPage.Row> rows, Path page) {
    Integer[] numbers = new Integer[COLUMNS.size() + 1];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i + 1;
    }
    Scores first = rows.getFirst().scores().getFirst();
    double half = (first.interval95().high() - first.interval95().low()) / 2;
    invocation.out().print(table.alignRight(numbers));
    invocation
        .out()
        .printf(
            Locale.ROOT,
            "%d test images each: 95 %% interval about +-%.1f; per-channel weights, ranges from %d"
                + " training images%n",
            first.images(),
            100 * half,
            CALIBRATION_BATCHES * BATCH_SIZE);
    invocation
        .out()
        .println(
            "whole-number biases clip up to 29 % of a range; 'e3m4 real' scales by a real number"
                + " instead (--bias-policy real)");
    invocation.out().println("report: " + page);
    invocation.out().println("next: fp8sim eval --model fashion-vit --format e4m3 --compare-float");
  }

  private static AccuracyPage page(Invocation invocation, List<AccuracyPage.Row> rows) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Command", "fp8sim demo" + (invocation.arguments().has("full") ? " --full" : ""));
    facts.put("Version", Version.text());
    facts.put("Data", "Fashion-MNIST test images (MIT licence, Zalando SE)");
    facts.put(
        "Quantizers",
        "weights per output channel (minmax), inputs of weight layers (allminmax over "
            + CALIBRATION_BATCHES * BATCH_SIZE
            + " training images), bias policy saturate except where a column says real,"
            + " BatchNormalization as the model has it");
    facts.put("Arithmetic", "exact products, float32 sums in index order, fused multiply-add");
    List<String> titles = COLUMNS.stream().map(Column::title).toList();
    return new AccuracyPage("fp8sim demo: formats side by side", titles, rows, facts);
  }

  private static JsonObject json(String name, Column column, Evaluation.Outcome outcome) {
    Scores scores = outcome.scores();
    JsonObject json = new JsonObject();
    json.addProperty("model", name);
    json.addProperty("numerics", column.title());
    json.addProperty("images", scores.images());
    json.addProperty("top1", scores.top1());
    json.addProperty("interval95Low", scores.interval95().low());
    json.addProperty("interval95High", scores.interval95().high());
    json.addProperty("imagesPerSecond", outcome.imagesPerSecond());
    return json;
  }
}
