package fp8sim.cli.option;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.Notes;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.Fp8simException;
import fp8sim.common.Sha256;
import fp8sim.common.UserPath;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Network;
import fp8sim.eval.Calibration;
import fp8sim.eval.LoadedModel;
import fp8sim.model.Bundled;
import fp8sim.npy.Npy;
import fp8sim.quant.RangesFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
   * Gives a network's quantizers their ranges, from a file or by calibration; a network without
   * quantizers of activations needs none.
   *
   * @param evaluated the data that is evaluated, whose calibration part is the default; or null
   */
  public static void prepare(
      Invocation invocation,
      LoadedModel model,
      Network network,
      @Nullable DatasetDescription evaluated,
      Notes notes) {
    Optional<Path> ranges = invocation.arguments().findPath(RANGES.name());
    if (ranges.isPresent()) {
      if (network.numerics().reestimateBatches() == 0) {
        invocation
            .arguments()
            .refuse("has no effect with --ranges", CALIBRATION, BATCHES, BATCH_SIZE);
      }
      useRanges(invocation, model, network, ranges.get());
    } else if (network.numerics().quantizesActivations()) {
      notes.add(calibrate(invocation, model, network, evaluated));
    }
    int batches = network.numerics().reestimateBatches();
    if (batches > 0) {
      Dataset dataset = dataset(invocation, model, evaluated);
      notes.add(
          calibration(invocation).reestimate(network, dataset, batches, invocation.progress()));
    }
    notes.add(network.quantization().newNotes());
  }

  /** Takes ranges from a file that was made for the same model. */
  public static void useRanges(
      Invocation invocation, LoadedModel model, Network network, Path file) {
    RangesFile ranges = RangesFile.read(file);
    if (!ranges.model().equals(hash(model))) {
      throw Fp8simException.input(
          "%s: the ranges of another model (SHA-256 %s), not of %s; run fp8sim calibrate on it"
              .formatted(file, ranges.model(), model.name()));
    }
    invocation.result().addInput(file);
    network.useRanges(ranges);
  }

  /**
   * Finds ranges on the data that the options name.
   *
   * @return what the user should know, one line each
   */
  public static List<String> calibrate(
      Invocation invocation,
      LoadedModel model,
      Network network,
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
  public static List<String> calibrateOnArray(Invocation invocation, Network network) {
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
      Invocation invocation, LoadedModel model, @Nullable DatasetDescription evaluated) {
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

  /** SHA-256 of the model's file, in hexadecimal. */
  public static String hash(LoadedModel model) {
    return model.file() != null ? Sha256.of(model.file()) : Sha256.of(Bundled.model(model.name()));
  }
}
