package fp8sim.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.frame.TextTable;
import fp8sim.cli.option.CalibrationOptions;
import fp8sim.cli.option.DataOptions;
import fp8sim.cli.option.ModelOptions;
import fp8sim.cli.option.NumericsOptions;
import fp8sim.cli.option.RunReader;
import fp8sim.cli.option.RuntimeOptions;
import fp8sim.cli.option.SweepOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFile;
import fp8sim.common.Notes;
import fp8sim.data.Dataset;
import fp8sim.engine.Blueprint;
import fp8sim.eval.FloatBaseline;
import fp8sim.eval.Samples;
import fp8sim.eval.ScoreFields;
import fp8sim.experiment.Sensitivity;
import fp8sim.experiment.SweepCache;
import fp8sim.experiment.Trials;
import fp8sim.numerics.Numerics;
import fp8sim.quant.Ranges;
import fp8sim.quant.RangesFile;
import fp8sim.run.RunSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code analyze}: what quantization and multipliers do to each layer, and which layers matter. */
public final class AnalyzeCommand implements Command {
  private static final int SAMPLES = 8;
  private static final Path ASSIGNED = Path.of("assigned.json");
  private static final CliOption OUTPUT =
      CliOption.outputFile(
          "output",
          "FILE.json",
          "where --assign writes the configuration (default: " + ASSIGNED + ")");

  @Override
  public String name() {
    return "analyze";
  }

  @Override
  public String summary() {
    return "layer by layer: SQNR, saturation, sensitivity; choose numerics per layer";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(
        ModelOptions.SECTION,
        DataOptions.SECTION,
        OptionSection.of(
            "Per-layer choice",
            AssignOptions.BUDGET,
            AssignOptions.CANDIDATE,
            SweepOptions.COST,
            OUTPUT),
        NumericsOptions.SECTION,
        CalibrationOptions.SECTION,
        RuntimeOptions.SECTION);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim analyze --model fashion-vit --format e4m3 --limit 200",
        "fp8sim analyze --model fashion-resnet --format e3m4 --multiplier adder --limit 200"
            + " --assign 0.01",
        "fp8sim eval --config assigned.json");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Path output = arguments.findPath(OUTPUT.name()).orElse(ASSIGNED);
    boolean assigns = AssignOptions.budget(arguments).isPresent();
    if (assigns) {
      AssignOptions.checkOutputs(arguments, output);
    } else {
      arguments.refuse(
          "has no effect without --assign", AssignOptions.CANDIDATE, SweepOptions.COST, OUTPUT);
    }
    RunReader reader = new RunReader();
    RunSpec spec = reader.read(arguments, invocation.progress());
    spec.files().forEach(invocation.result()::addInput);
    Numerics numerics = spec.numerics();
    if (!numerics.quantizes()) {
      throw Fp8simException.usage("nothing to analyze: name a format, such as --format e4m3");
    }
    LayerCandidates candidates = LayerCandidates.read(invocation, reader.multipliers());
    SweepCache cache = new SweepCache(new Notes(invocation::note), invocation.progress());
    Dataset dataset = cache.dataset(spec);
    if (assigns || !dataset.isUnlabelled()) {
      dataset.requireLabels();
    }
    Blueprint network = cache.prepared(spec);
    Blueprint floating = spec.network(numerics.withoutQuantizers());
    FloatBaseline baseline = cache.baseline(spec, floating);
    LayerReport layers =
        new LayerReport(network, floating, Samples.first(dataset, SAMPLES, network));
    cache.tell(layers.notes());
    layers.write(invocation);
    Ranges ranges = layers.ranges();
    Trials trials =
        new Trials(
            other -> cache.withRanges(spec, spec.network(other), ranges).open(),
            other -> cache.evaluation(spec, other),
            dataset,
            baseline);
    Sensitivity sensitivity = new Sensitivity(numerics, trials);
    List<Sensitivity.Effect> effects =
        sensitivity.measure(layers.quantizedLayers(), invocation.progress());
    report(invocation, effects, trials.score(numerics), dataset);
    invocation.result().ranOn(network.backend(), network.device().name());
    if (assigns) {
      new AssignOptions(invocation, numerics, candidates, sensitivity, trials, layers::hasWeight)
          .run(effects, new RangesFile(spec.model().hash(), ranges), output);
    }
    return ExitCode.SUCCESS;
  }

  private static void report(
      Invocation invocation, List<Sensitivity.Effect> effects, Trials.Score all, Dataset dataset) {
    boolean isLanguageModel = all.scores().isLanguageModel();
    String score = isLanguageModel ? "perplexity" : "top-1 %";
    TextTable table =
        new TextTable(
            "rank",
            "layer",
            "only this layer: logit dB",
            score,
            "agreement %",
            "leave-one-out: logit dB",
            score,
            "agreement %");
    JsonArray json = new JsonArray();
    for (Sensitivity.Effect effect : effects) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(json.size() + 1));
      cells.add(effect.layer());
      cells.addAll(cells(effect.alone()));
      cells.addAll(cells(effect.spared()));
      table.row(cells.toArray(String[]::new));
      JsonObject row = new JsonObject();
      row.addProperty("layer", effect.layer());
      row.add("alone", json(effect.alone()));
      row.add("spared", json(effect.spared()));
      json.add(row);
    }
    invocation.out().println();
    invocation.out().print(table.alignRight(0, 2, 3, 4, 5, 6, 7));
    invocation
        .out()
        .printf(
            Locale.ROOT,
            "leave-one-out: all layers but this one; all layers: %s dB, %s,"
                + " agreement %s %%; %d %s%n",
            cells(all).get(0),
            isLanguageModel
                ? "perplexity " + cells(all).get(1)
                : "top-1 " + cells(all).get(1) + " %",
            cells(all).get(2),
            all.scores().images(),
            dataset.hasSequences() ? "sequences" : "images");
    invocation.result().put("sensitivity", json);
    invocation.result().put("all", json(all));
  }

  private static List<String> cells(Trials.Score score) {
    return List.of(
        String.format(Locale.ROOT, "%.1f", score.nearness().sqnr()),
        score.scores().isLanguageModel()
            ? String.format(Locale.ROOT, "%.4f", score.scores().perplexity())
            : score.scores().isKnown()
                ? String.format(Locale.ROOT, "%.2f", 100 * score.scores().top1())
                : "-",
        String.format(Locale.ROOT, "%.2f", 100 * score.nearness().agreement()));
  }

  /** A score for the machine-readable result. */
  static JsonObject json(Trials.Score score) {
    JsonObject json = ScoreFields.of(score.scores());
    json.addProperty("agreement", score.nearness().agreement());
    json.add("logitSqnr", JsonFile.number(score.nearness().sqnr()));
    json.add("cosine", JsonFile.number(score.nearness().cosine()));
    return json;
  }
}
