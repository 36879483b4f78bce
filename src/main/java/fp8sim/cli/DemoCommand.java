package fp8sim.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.ExitCode;
import fp8sim.Progress;
import fp8sim.data.Bundled;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.engine.Network;
import fp8sim.eval.Evaluation;
import fp8sim.eval.Interval;
import fp8sim.eval.LoadedModel;
import fp8sim.eval.Scores;
import fp8sim.numerics.Numerics;
import java.util.List;
import java.util.Locale;

/** {@code demo}: the main job on what comes with the program. */
final class DemoCommand implements Command {
  private static final int SAMPLES_PER_CLASS = 200;
  private static final int BATCH_SIZE = 32;

  private static final CliOption FULL =
      CliOption.flag("full", "all 10000 test images instead of 200 of each class");

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String summary() {
    return "accuracy and speed of the bundled networks on the bundled images";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(OptionSection.of("Demo", FULL), RuntimeOptions.SECTION);
  }

  @Override
  public List<String> examples() {
    return List.of("fp8sim demo", "fp8sim demo --full");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    boolean full = invocation.arguments().has(FULL.name());
    Backends.Choice backend = RuntimeOptions.backend(invocation.arguments());
    int threads = RuntimeOptions.threads(invocation.arguments());
    TextTable table =
        new TextTable("model", "images", "float32 top-1", "95 % interval", "images/s");
    JsonArray models = new JsonArray();
    String device = "";
    for (String name : Bundled.MODELS) {
      LoadedModel model = LoadedModel.open(name, null);
      Dataset dataset = dataset(model, full);
      try (Network network = new Network(model.graph(), Numerics.FLOAT32, backend, threads)) {
        Evaluation.Outcome outcome = evaluate(invocation, network, model, dataset, threads);
        device = network.device().name();
        addRow(table, name, outcome);
        models.add(json(name, outcome));
      }
    }
    invocation.result().ranOn(backend.backend().name(), device);
    invocation.result().put("models", models);
    invocation.out().print(table.alignRight(1, 2, 4));
    invocation.out().println();
    invocation
        .out()
        .println("Next: fp8sim eval --model fashion-resnet; all commands: fp8sim --help");
    return ExitCode.SUCCESS;
  }

  private static Dataset dataset(LoadedModel model, boolean full) {
    Dataset all = DatasetDescription.load("fashion-mnist", null).open(model.card());
    return full ? all : all.stratified(SAMPLES_PER_CLASS);
  }

  private static Evaluation.Outcome evaluate(
      Invocation invocation, Network network, LoadedModel model, Dataset dataset, int threads) {
    Evaluation evaluation =
        new Evaluation(network, null, model.givesProbabilities(), BATCH_SIZE, threads);
    try (Progress.Meter meter = invocation.progress().start(model.name(), dataset.size())) {
      return evaluation.run(dataset, Evaluation.Listener.NONE, meter);
    }
  }

  private static void addRow(TextTable table, String name, Evaluation.Outcome outcome) {
    Scores scores = outcome.scores();
    Interval interval = scores.interval95();
    table.row(
        name,
        Long.toString(scores.images()),
        String.format(Locale.ROOT, "%.2f %%", 100 * scores.top1()),
        String.format(Locale.ROOT, "%.2f to %.2f", 100 * interval.low(), 100 * interval.high()),
        String.format(Locale.ROOT, "%.0f", outcome.imagesPerSecond()));
  }

  private static JsonObject json(String name, Evaluation.Outcome outcome) {
    JsonObject json = new JsonObject();
    json.addProperty("model", name);
    json.addProperty("images", outcome.scores().images());
    json.addProperty("top1", outcome.scores().top1());
    json.addProperty("imagesPerSecond", outcome.imagesPerSecond());
    return json;
  }
}
