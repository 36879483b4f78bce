package fp8sim.cli.option;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.UserPath;
import fp8sim.numerics.Numerics;
import fp8sim.run.CalibrationSpec;
import fp8sim.run.NamedDataset;
import java.nio.file.Path;
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
      CliOption.value(
          "ranges",
          "FILE",
          "ranges that 'calibrate' wrote, or AIMET or ONNX Runtime, instead of calibration");

  public static final OptionSection FINDING =
      OptionSection.of("Calibration", CALIBRATION, BATCHES, BATCH_SIZE);
  public static final OptionSection SECTION =
      OptionSection.of("Calibration", CALIBRATION, BATCHES, BATCH_SIZE, RANGES);

  private CalibrationOptions() {}

  /**
   * Where the ranges of a network come from that is to run. Options that it does not need are not
   * even read.
   *
   * @param evaluated the data that is evaluated, whose calibration part is the default; or null
   */
  public static CalibrationSpec read(
      Arguments arguments, Numerics numerics, @Nullable NamedDataset evaluated) {
    Path ranges = arguments.findPath(RANGES.name()).orElse(null);
    boolean reestimates = numerics.reestimateBatches() > 0;
    if (ranges != null && !reestimates) {
      arguments.refuse("has no effect with --ranges", CALIBRATION, BATCHES, BATCH_SIZE);
      return CalibrationSpec.ofRanges(ranges);
    }
    if (ranges == null && numerics.needsRanges()) {
      return finding(arguments, evaluated, reestimates);
    }
    return reestimates
        ? spec(arguments, ranges, null, dataset(arguments, evaluated))
        : CalibrationSpec.NONE;
  }

  /**
   * The samples that ranges are found on.
   *
   * @param reestimates whether a dataset is needed besides samples in an NPY file
   */
  public static CalibrationSpec finding(
      Arguments arguments, @Nullable NamedDataset evaluated, boolean reestimates) {
    boolean isArray = arguments.find(CALIBRATION.name()).orElse("").endsWith(".npy");
    return spec(
        arguments,
        null,
        isArray ? arguments.path(CALIBRATION.name()) : null,
        isArray && !reestimates ? null : dataset(arguments, evaluated));
  }

  private static CalibrationSpec spec(
      Arguments arguments,
      @Nullable Path ranges,
      @Nullable Path samples,
      @Nullable NamedDataset dataset) {
    return new CalibrationSpec(
        ranges,
        samples,
        dataset,
        arguments.integer(BATCH_SIZE.name(), 1),
        arguments.findInt(BATCHES.name(), 1).orElse(Integer.MAX_VALUE));
  }

  /** The dataset that the options name, or the evaluated one if it has a calibration part. */
  private static @Nullable NamedDataset dataset(
      Arguments arguments, @Nullable NamedDataset evaluated) {
    String name = arguments.find(CALIBRATION.name()).orElse(null);
    if (name != null) {
      UserPath.of("--" + CALIBRATION.name(), name);
      return NamedDataset.load(name, null);
    }
    if (evaluated != null && evaluated.description().hasCalibration()) {
      return evaluated;
    }
    return null;
  }
}
