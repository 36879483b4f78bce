package fp8sim.cli.option;

import com.google.gson.JsonObject;
import fp8sim.cli.frame.ArgumentParser;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.SourcePermission;
import fp8sim.common.Fp8simException;
import fp8sim.common.Progress;
import fp8sim.common.UserPath;
import fp8sim.experiment.PointReader;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.multiplier.model.ChosenMultiplier;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.run.RunSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads the points of a plan as the command line is read. */
public final class PointOptionReader implements PointReader {
  private static final List<CliOption> FILES =
      List.of(ModelOptions.CARD, CalibrationOptions.CALIBRATION, CalibrationOptions.RANGES);

  private final SourcePermission permission;
  private final RunReader runs = new RunReader();

  /**
   * A reader for the points of one plan.
   *
   * @param permission which code of users the points may run
   */
  public PointOptionReader(SourcePermission permission) {
    this.permission = permission;
  }

  @Override
  public PointOptions read(String where, JsonObject options) {
    Arguments arguments =
        ArgumentParser.configuration(where, options, SweepOptions.POINT, permission);
    try {
      RunSpec spec = runs.read(arguments, Progress.NONE);
      JsonObject configuration = arguments.toJson();
      configuration.remove(RuntimeOptions.THREADS.name());
      configuration.remove(RuntimeOptions.MAX_MEMORY.name());
      return new PointOptions(spec, configuration, files(arguments, spec));
    } catch (Fp8simException e) {
      throw e.at(where);
    }
  }

  /** All files that a point depends on. */
  private static Set<Path> files(Arguments arguments, RunSpec spec) {
    Set<Path> files = new LinkedHashSet<>(spec.evaluatedFiles());
    for (CliOption option : FILES) {
      arguments.findPath(option.name()).filter(Files::isRegularFile).ifPresent(files::add);
    }
    for (ChosenMultiplier multiplier : spec.numerics().multipliers()) {
      for (String name : Multipliers.files(multiplier.specification())) {
        Path file = UserPath.of("multiplier file", name);
        if (Files.isRegularFile(file)) {
          files.add(file);
        }
      }
    }
    for (Format format : spec.numerics().allFormats()) {
      Formats.file(format.name()).map(name -> UserPath.of("format", name)).ifPresent(files::add);
    }
    return files;
  }
}
