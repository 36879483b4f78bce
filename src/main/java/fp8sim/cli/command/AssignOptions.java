package fp8sim.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OutputOptions;
import fp8sim.cli.option.CalibrationOptions;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFile;
import fp8sim.common.OutputFile;
import fp8sim.experiment.Assignment;
import fp8sim.experiment.Sensitivity;
import fp8sim.experiment.Trials;
import fp8sim.multiplier.model.ChosenMultiplier;
import fp8sim.numerics.LayerKey;
import fp8sim.numerics.LayerOverride;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsOption;
import fp8sim.quant.RangesFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** {@code analyze --assign}: a choice of numerics for each layer, as a configuration. */
public final class AssignOptions {
  static final CliOption BUDGET =
      CliOption.value(
          "assign", "BUDGET", "find numerics per layer that lose at most this much of top-1");
  public static final CliOption CANDIDATE =
      CliOption.value(
              "candidate",
              "key=value,...",
              "numerics that --assign may give a layer, as in --layer, the most wanted first or in"
                  + " the order of --cost (default: the chosen ones)")
          .repeated();

  private static final List<String> REPLACED =
      List.of("assign", "candidate", "cost", "output", "threads");

  private final Invocation invocation;
  private final Numerics numerics;
  private final LayerCandidates candidates;
  private final Sensitivity sensitivity;
  private final Trials trials;
  private final Predicate<String> hasWeight;

  /**
   * A choice to be made.
   *
   * @param hasWeight whether a layer, by name, has a constant weight
   */
  AssignOptions(
      Invocation invocation,
      Numerics numerics,
      LayerCandidates candidates,
      Sensitivity sensitivity,
      Trials trials,
      Predicate<String> hasWeight) {
    this.hasWeight = hasWeight;
    this.invocation = invocation;
    this.numerics = numerics;
    this.candidates = candidates;
    this.sensitivity = sensitivity;
    this.trials = trials;
  }

  /**
   * Finds a choice and writes it with its ranges.
   *
   * @param effects the most sensitive layer first
   * @param output the configuration; its ranges are beside it
   */
  void run(List<Sensitivity.Effect> effects, RangesFile ranges, Path output) {
    double budget = budget(invocation.arguments()).orElseThrow();
    List<List<LayerOverride>> all = new ArrayList<>();
    for (Sensitivity.Effect effect : effects.reversed()) {
      all.add(candidates(effect.layer()));
    }
    Assignment.Result found =
        new Assignment(sensitivity.reference(), trials).find(all, budget, invocation.progress());
    Path rangesFile = output.resolveSibling(rangesName(output));
    ranges.write(rangesFile);
    JsonFile.write(output, configuration(found, output, rangesFile));
    report(found, effects.size(), output);
  }

  /** The budget, if one is given. */
  static Optional<Double> budget(Arguments arguments) {
    if (arguments.find(BUDGET.name()).isEmpty()) {
      return Optional.empty();
    }
    double budget = arguments.number(BUDGET.name());
    if (budget < 0 || budget >= 1) {
      throw Fp8simException.usage(
          "--assign %s: must be a fraction of top-1, such as 0.005 for half a percent"
              .formatted(arguments.get(BUDGET.name())));
    }
    return Optional.of(budget);
  }

  /** Fails now if the configuration or the ranges beside it could not be written later. */
  static void checkOutputs(Arguments arguments, Path output) {
    if (OutputFile.isStandardOutput(output)) {
      throw Fp8simException.usage(
          "--output " + output + ": ranges are written beside the configuration; name a file");
    }
    Map<String, Path> files = new LinkedHashMap<>();
    if (!arguments.isGiven("output")) {
      files.put("--assign", output);
    }
    files.put("ranges of --assign", output.resolveSibling(rangesName(output)));
    OutputOptions.check(arguments, files);
  }

  private static String rangesName(Path output) {
    String name = String.valueOf(output.getFileName());
    return name.replaceFirst("\\.json$", "") + ".ranges.json";
  }

  private List<LayerOverride> candidates(String layer) {
    List<LayerOverride> given = candidates.of(layer);
    return acting(layer, given.isEmpty() ? List.of(sensitivity.chosen(layer)) : given);
  }

  /** Exceptions without the keys that the layer cannot act on, which {@code eval} refuses. */
  private List<LayerOverride> acting(String layer, List<LayerOverride> overrides) {
    return hasWeight.test(layer)
        ? overrides
        : overrides.stream()
            .flatMap(override -> override.without(LayerKey::needsWeight).stream())
            .toList();
  }

  /** The options of this call as those of {@code eval}. */
  private JsonObject configuration(Assignment.Result found, Path output, Path rangesFile) {
    JsonObject json = invocation.arguments().toJson(output);
    REPLACED.forEach(json::remove);
    json.remove("round-products");
    if (numerics.reestimateBatches() == 0) {
      CalibrationOptions.FINDING.options().forEach(option -> json.remove(option.name()));
    }
    if (numerics.product().isApproximate()) {
      json.addProperty(NumericsOption.MULTIPLIER.key(), ChosenMultiplier.EXACT.specification());
    } else {
      List.of("weights", "activations", "accumulator").forEach(json::remove);
      json.addProperty("format", "fp32");
    }
    JsonArray all = new JsonArray();
    invocation.arguments().list("layer").forEach(all::add);
    found.layers().forEach(layer -> all.add(layer.text()));
    json.add("layer", all);
    json.addProperty(CalibrationOptions.RANGES.name(), String.valueOf(rangesFile.getFileName()));
    return json;
  }

  private void report(Assignment.Result found, int layers, Path output) {
    JsonObject json = new JsonObject();
    JsonArray chosen = new JsonArray();
    found.layers().forEach(layer -> chosen.add(layer.text()));
    json.add("layers", chosen);
    json.add("reference", AnalyzeCommand.json(found.reference()));
    json.add("score", AnalyzeCommand.json(found.score()));
    json.addProperty("configuration", output.toString());
    invocation.result().put("assignment", json);
    invocation
        .out()
        .printf(
            Locale.ROOT,
            "%n%d of %d layers changed: top-1 %.2f %% instead of %.2f %%; next: fp8sim eval"
                + " --config %s%n",
            found.layers().size(),
            layers,
            100 * found.score().scores().top1(),
            100 * found.reference().scores().top1(),
            output);
  }
}
