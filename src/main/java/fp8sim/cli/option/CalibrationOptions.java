package fp8sim.cli.option;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.Notes;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Blueprint;
import fp8sim.engine.NonFiniteValues;
import fp8sim.eval.Calibration;
import fp8sim.model.Model;
import fp8sim.npy.Npy;
import fp8sim.quant.Ranges;
import fp8sim.quant.RangesFile;
import fp8sim.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the ranges of quantizers come from. */
public final class CalibrationOptions {
  public static final CliOption CALIBRATION =
      CliOption.value(
          "calibration",
          "D",
          "data to find ranges on: a dataset, or samples as FILE.npy (default: the calibration"
              + " part of the evaluated dataset)");
  static final CliOption BATCHES =
      CliOption.value("calibration-batches", "N", "only the first N batches (default: all)");
  static final CliOption BATCH_SIZE =
      CliOption.value("calibration-batch-size", "N", "samples per batch; a fixed batch wins")
          .withDefault("32");
  public static final CliOption RANGES =
      CliOption.value("ranges", "FILE", "ranges that 'calibrate' wrote, instead of calibration");

  public static final OptionSection FINDING =
      OptionSection.of("Calibration", CALIBRATION, BATCHES, BATCH_SIZE);
  public static final OptionSection SECTION =
      OptionSection.of("Calibration", CALIBRATION, BATCHES, BATCH_SIZE, RANGES);

  private CalibrationOptions() {}

  /**
   * A network that may run.
   *
   * @param nonFinite what its quantizers met while it was prepared
   */
  public record Prepared(Blueprint network, NonFiniteValues nonFinite) {}

  /**
   * Gives a network's quantizers their ranges, from a file or by calibration, and new statistics to
   * its normalizations if it asks for them; a network without quantizers of activations needs no
   * ranges.
   *
   * @param evaluated the data that is evaluated, whose calibration part is the default; or null
   */
  public static Prepared prepare(
      Invocation invocation,
      Model model,
      Blueprint network,
      @Nullable DatasetDescription evaluated,
      Notes notes) {
    Optional<Path> file = invocation.arguments().findPath(RANGES.name());
    Prepared prepared = new Prepared(network, NonFiniteValues.NONE);
    List<String> networkNotes = List.of();
    if (file.isPresent()) {
      if (network.numerics().reestimateBatches() == 0) {
        invocation
            .arguments()
            .refuse("has no effect with --ranges", CALIBRATION, BATCHES, BATCH_SIZE);
      }
      Blueprint withRanges = withRanges(invocation, model, network, file.get());
      prepared = new Prepared(withRanges, NonFiniteValues.NONE);
    } else if (network.numerics().quantizesActivations()) {
      Calibration.Found<Ranges> found = calibrate(invocation, model, network, evaluated);
      notes.add(found.notes());
      networkNotes = found.networkNotes();
      prepared = new Prepared(network.withRanges(found.value()), found.nonFinite());
    }
    int batches = network.numerics().reestimateBatches();
    if (batches > 0) {
      Dataset dataset = dataset(invocation, model, evaluated);
      Blueprint measured = prepared.network();
      Calibration.Found<Map<String, Tensor>> found =
          calibration(invocation).reestimate(measured, dataset, batches, invocation.progress());
      notes.add(found.notes());
      networkNotes = found.networkNotes();
      NonFiniteValues nonFinite = prepared.nonFinite().plus(found.nonFinite());
      prepared = new Prepared(measured.withConstants(found.value()), nonFinite);
    }
    notes.add(networkNotes);
    return prepared;
  }

  /** A network with ranges from a file that was made for the same model. */
  public static Blueprint withRanges(
      Invocation invocation, Model model, Blueprint network, Path file) {
    RangesFile ranges = RangesFile.read(file);
    if (!ranges.model().equals(model.hash())) {
      throw Fp8simException.input(
          "%s: the ranges of another model (SHA-256 %s), not of %s; run fp8sim calibrate on it"
              .formatted(file, ranges.model(), model.name()));
    }
    invocation.result().addInput(file);
    return network.withRanges(ranges.ranges());
  }

  /** Finds ranges on the data that the options name. */
  public static Calibration.Found<Ranges> calibrate(
      Invocation invocation,
      Model model,
      Blueprint network,
      @Nullable DatasetDescription evaluated) {
    if (isArray(invocation.arguments())) {
      return calibrateOnArray(invocation, network);
    }
    Dataset dataset = dataset(invocation, model, evaluated);
    return calibration(invocation).run(network, dataset, invocation.progress());
  }

  /** Whether the samples for calibration are in one NPY file. */
  public static boolean isArray(Arguments arguments) {
    return arguments.find(CALIBRATION.name()).orElse("").endsWith(".npy");
  }

  /** Finds ranges on the samples of an NPY file. */
  public static Calibration.Found<Ranges> calibrateOnArray(
      Invocation invocation, Blueprint network) {
    Path file = invocation.arguments().path(CALIBRATION.name());
    invocation.result().addInput(file);
    return calibration(invocation).run(network, Npy.read(file), invocation.progress());
  }

  public static Calibration calibration(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    return new Calibration(
        arguments.integer(BATCH_SIZE.name(), 1),
        arguments.findInt(BATCHES.name(), 1).orElse(Integer.MAX_VALUE),
        RuntimeOptions.threads(arguments));
  }

  /** The dataset that the options name, or the calibration part of the evaluated one. */
  public static Dataset dataset(
      Invocation invocation, Model model, @Nullable DatasetDescription evaluated) {
    String name = invocation.arguments().find(CALIBRATION.name()).orElse(null);
    if (name != null) {
      Path file = UserPath.of("--" + CALIBRATION.name(), name);
      if (Files.isRegularFile(file)) {
        invocation.result().addInput(file);
      }
      DatasetDescription description = DatasetDescription.load(name, null);
      return description.openCalibration(model.cardFor(description));
    }
    if (evaluated != null && evaluated.hasCalibration()) {
      return evaluated.openCalibration(model.cardFor(evaluated));
    }
    throw Fp8simException.usage(
        "quantized activations need ranges: give --calibration D (a dataset or FILE.npy) or"
            + " --ranges FILE");
  }
}
