package fp8sim.cli.command;

import fp8sim.analysis.OperandCodes;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.FilePaths;
import fp8sim.cli.frame.Invocation;
import fp8sim.common.Fp8simException;
import fp8sim.common.Notes;
import fp8sim.common.OptionNames;
import fp8sim.common.UserPath;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Models;
import fp8sim.eval.Samples;
import fp8sim.model.Model;
import fp8sim.model.ModelCard;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.measure.CodeDistribution;
import fp8sim.numerics.ActivationSign;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsOption;
import fp8sim.numerics.NumericsParser;
import fp8sim.run.CalibrationSpec;
import fp8sim.run.NamedDataset;
import fp8sim.run.Preparation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * How often operands have their codes, as options name it: {@code uniform}, {@code
 * weights-of:MODEL:LAYER}, {@code inputs-of:MODEL:LAYER}, or a file of counts.
 */
final class CodeDistributions {
  static final CliOption OF_B =
      CliOption.value(
              "distribution",
              FilePaths.DISTRIBUTION,
              "how often B has each code: uniform, weights-of:MODEL:LAYER, inputs-of:MODEL:LAYER,"
                  + " or FILE.csv")
          .withDefault(CodeDistribution.UNIFORM);
  static final CliOption OF_A =
      CliOption.value(
              "distribution-a", FilePaths.DISTRIBUTION, "how often A has each code, likewise")
          .withDefault(CodeDistribution.UNIFORM);

  private static final String WEIGHTS = "weights";

  /** So many samples of the calibration set show what a layer reads. */
  private static final int SAMPLES = 32;

  private final Invocation invocation;
  private final Arguments arguments;

  CodeDistributions(Invocation invocation) {
    this.invocation = invocation;
    this.arguments = invocation.arguments();
  }

  /** The distribution that an option asks for, over the codes of a grid. */
  CodeDistribution read(CliOption option, Grid grid) {
    String text = arguments.get(option.name());
    if (text.equals(CodeDistribution.UNIFORM)) {
      return CodeDistribution.uniform(grid);
    }
    Matcher place = FilePaths.LAYER_OF_MODEL.matcher(text);
    if (!place.matches()) {
      return CodeCounts.read(text, UserPath.of("--" + option.name(), text), grid);
    }
    String layer = place.group(3);
    Model model = Models.open(place.group(2), null);
    model.files().forEach(invocation.result()::addInput);
    OperandCodes codes =
        place.group(1).equals(WEIGHTS)
            ? OperandCodes.ofWeight(network(model, grid), layer)
            : input(model, layer, grid);
    if (!isSame(codes.grid(), grid)) {
      throw Fp8simException.usage(
          "--%s %s: its codes are of %s, not of %s"
              .formatted(option.name(), text, codes.grid().name(), grid.name()));
    }
    return new CodeDistribution(text, Arrays.stream(codes.counts()).asDoubleStream().toArray());
  }

  /** Whether codes mean the same but for a scale. */
  private static boolean isSame(Grid counted, Grid grid) {
    return grid instanceof IntegerGrid
        ? counted.equals(grid)
        : counted.name().equals(grid.name()) && counted.codeBits() == grid.codeBits();
  }

  private OperandCodes input(Model model, String layer, Grid grid) {
    ModelCard card = model.card();
    String dataset = card == null ? null : card.dataset();
    if (dataset == null) {
      throw Fp8simException.usage(
          "inputs-of:%s:%s needs a model whose card names a dataset"
              .formatted(model.name(), layer));
    }
    CalibrationSpec none = CalibrationSpec.NONE;
    CalibrationSpec calibration =
        new CalibrationSpec(
            null, null, NamedDataset.load(dataset, null), none.batchSize(), none.batches());
    Preparation preparation = new Preparation(model, calibration, 1);
    Blueprint network =
        preparation
            .prepare(network(model, grid), new Notes(invocation::note), invocation.progress())
            .network();
    return OperandCodes.ofInput(
        network, Samples.first(preparation.dataset(), SAMPLES, network), layer);
  }

  private static Blueprint network(Model model, Grid grid) {
    Numerics numerics =
        NumericsParser.parse(
            Map.of(
                OptionNames.of(NumericsOption.FORMAT),
                List.of(grid.name()),
                OptionNames.of(NumericsOption.ACTIVATION_SIGN),
                List.of(OptionNames.of(ActivationSign.SIGNED))));
    return Blueprint.of(model, numerics, Backends.choose("cpu"), 1);
  }
}
