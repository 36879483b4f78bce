package fp8sim.cli.command;

import fp8sim.analysis.Advice;
import fp8sim.analysis.QuantizationAdvice;
import fp8sim.analysis.QuantizerEffect;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.option.CalibrationOptions;
import fp8sim.cli.option.DataOptions;
import fp8sim.cli.option.ModelOptions;
import fp8sim.cli.option.NumericsOptions;
import fp8sim.cli.option.RunReader;
import fp8sim.cli.option.RuntimeOptions;
import fp8sim.cli.option.SweepOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.Notes;
import fp8sim.common.OutputFile;
import fp8sim.common.Progress;
import fp8sim.common.UserOption;
import fp8sim.data.Dataset;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Inspection;
import fp8sim.engine.Network;
import fp8sim.eval.CardAccuracy;
import fp8sim.eval.Evaluation;
import fp8sim.eval.Samples;
import fp8sim.eval.Scores;
import fp8sim.eval.Scoring;
import fp8sim.experiment.CostTable;
import fp8sim.experiment.NetworkCost;
import fp8sim.experiment.UnitUse;
import fp8sim.model.Model;
import fp8sim.numerics.Numerics;
import fp8sim.run.Preparation;
import fp8sim.run.RunSpec;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code eval}: accuracy over labelled data, or nearness to float32 over any. */
public final class EvalCommand implements Command {
  /** Quantizers are looked at on so many samples. */
  private static final int ADVICE_SAMPLES = 8;

  private static final CliOption PREDICTIONS =
      CliOption.outputFile(
          "predictions", "FILE.csv", "write label, prediction and score of each sample");
  private static final CliOption COMPARE_FLOAT =
      CliOption.flag(
          "compare-float",
          "also run float32 and tell how near outputs are (always without labels)");

  private static final CliOption OUTPUT =
      CliOption.value("output", "NAME", "the same as --scored-output");

  @Override
  public String name() {
    return "eval";
  }

  @Override
  public String summary() {
    return "accuracy, loss and perplexity over labelled data; nearness to float32 over any";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(
        ModelOptions.SECTION,
        DataOptions.SECTION,
        NumericsOptions.SECTION,
        CalibrationOptions.SECTION,
        OptionSection.of("Output", PREDICTIONS, COMPARE_FLOAT, OUTPUT, SweepOptions.COST),
        RuntimeOptions.SECTION);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim eval --model fashion-resnet",
        "fp8sim eval --model fashion-resnet --format e4m3 --compare-float",
        "fp8sim eval --model austen-lm --format e4m3 --quantize-extra attention,kv-cache",
        "fp8sim eval --model mobilenet.onnx --data imagenet-like.json --limit 1000");
  }

  @Override
  @SuppressWarnings("try") // closes the network before the end of the block
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Optional<Path> predictions = arguments.findPath(PREDICTIONS.name());
    settleOutput(arguments);
    @Nullable CostTable costs = SweepOptions.costs(invocation);
    RunSpec spec = new RunReader().read(arguments, invocation.progress());
    spec.files().forEach(invocation.result()::addInput);
    Model model = spec.model();
    Numerics numerics = spec.numerics();
    Dataset all = spec.openData();
    Scoring scoring = spec.scoring(all);
    boolean compares = arguments.has(COMPARE_FLOAT.name()) || all.isUnlabelled();
    if (all.isUnlabelled() && !numerics.quantizes()) {
      throw Fp8simException.input(
          "dataset %s has no labels, and in float32 there is nothing to compare: name a format, such as %s, or add \"labels\" to its description"
              .formatted(all.name(), UserOption.FORMAT.with("e4m3")));
    }
    Notes notes = new Notes(invocation::note);
    numerics
        .multipliers()
        .forEach(multiplier -> multiplier.model().roles().ifPresent(invocation::note));
    notes.add(model.notes(spec.description().name()));
    notes.add(scoring.notes());
    Preparation.Prepared prepared =
        spec.preparation().prepare(spec.network(), notes, invocation.progress());
    try (Network network = prepared.network().open();
        Network floating = spec.network(numerics.withoutQuantizers()).open()) {
      Evaluation evaluation =
          new Evaluation(network, compares ? floating : null, scoring, spec.threads());
      Dataset dataset = spec.data().selection().of(all, scoring.batchSize()).byLength();
      PredictionTable table = new PredictionTable(dataset, scoring.perToken());
      Evaluation.Listener listener =
          predictions.isPresent() ? table::add : Evaluation.Listener.NONE;
      Evaluation.Outcome outcome;
      try (Progress.Meter meter = invocation.progress().start("eval", dataset.size())) {
        outcome = evaluation.run(dataset, listener, meter);
      }
      notes.add(network.notes());
      Scores floatScores = numerics.quantizes() ? outcome.otherScores() : outcome.scores();
      if (floatScores != null) {
        notes.add(CardAccuracy.notes(model, spec.description(), floatScores));
      }
      prepared.nonFinite().plus(network.nonFiniteValues()).describe().ifPresent(invocation::note);
      invocation.result().ranOn(prepared.network().backend(), network.device().name());
      // Looking into the network needs memory for sessions of its own.
      network.close();
      notes.add(advice(prepared.network(), dataset));
      predictions.ifPresent(file -> OutputFile.write(file, table.csv()));
      invocation.result().put("output", scoring.output());
      new EvalReport(invocation, model, dataset, numerics)
          .write(outcome, cost(prepared.network(), dataset, costs));
    }
    return ExitCode.SUCCESS;
  }

  /** What hurts the network, measured on a few samples. */
  private static List<String> advice(Blueprint network, Dataset dataset) {
    if (!network.numerics().quantizes()) {
      return List.of();
    }
    List<Map<String, Tensor>> samples = Samples.first(dataset, ADVICE_SAMPLES, network);
    QuantizationAdvice advice =
        new QuantizationAdvice(network.numerics(), QuantizerEffect.of(network, samples));
    List<String> layers = Inspection.of(network, samples.getFirst()).multiplyingLayers();
    return Stream.of(advice.clipping(), advice.operandNoise(layers))
        .flatMap(Optional::stream)
        .map(Advice::text)
        .toList();
  }

  /** What the network costs on hardware, if something is known of it. */
  private static Optional<NetworkCost> cost(
      Blueprint network, Dataset dataset, @Nullable CostTable costs) {
    if (costs == null && !network.numerics().quantizes()) {
      return Optional.empty();
    }
    Map<String, Tensor> sample = Samples.first(dataset, 1, network).getFirst();
    return NetworkCost.of(UnitUse.of(Inspection.of(network, sample)), costs);
  }

  /** {@code --output} is short for the option that other commands have too. */
  private static void settleOutput(Arguments arguments) {
    Optional<String> output = arguments.find(OUTPUT.name());
    Optional<String> scored = arguments.find(DataOptions.SCORED_OUTPUT.name());
    if (output.isPresent() && scored.isPresent() && !output.equals(scored)) {
      throw Fp8simException.usage(
          "--output %s and --scored-output %s are the same option; give one"
              .formatted(output.get(), scored.get()));
    }
    output.ifPresent(name -> arguments.resolve(DataOptions.SCORED_OUTPUT.name(), name));
  }
}
