package fp8sim.cli;

import com.google.gson.JsonObject;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.Result;
import fp8sim.cli.frame.SourcePermission;
import fp8sim.cli.option.CalibrationOptions;
import fp8sim.cli.option.DataOptions;
import fp8sim.cli.option.ModelOptions;
import fp8sim.cli.option.NumericsOptions;
import fp8sim.cli.option.RuntimeOptions;
import fp8sim.cli.option.SweepOptions;
import fp8sim.common.Fp8simException;
import fp8sim.common.Progress;
import fp8sim.common.Sha256;
import fp8sim.common.UserPath;
import fp8sim.common.Versions;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.experiment.Point;
import fp8sim.experiment.SweepPlan;
import fp8sim.model.Model;
import fp8sim.multiplier.model.ChosenMultiplier;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.numerics.Numerics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Turns the combinations of a plan into points and settings, checking every option before anything
 * runs.
 */
final class PointResolver {
  private static final List<CliOption> FILES =
      List.of(ModelOptions.CARD, CalibrationOptions.CALIBRATION, CalibrationOptions.RANGES);

  private final Invocation invocation;
  private final Map<List<String>, Model> models = new HashMap<>();
  private final Map<Path, String> hashes = new HashMap<>();
  private final Map<Integer, Setting> settings = new HashMap<>();
  private final MultiplierReader multipliers = new MultiplierReader();

  /**
   * A resolver.
   *
   * @param invocation of the sweep
   */
  PointResolver(Invocation invocation) {
    this.invocation = invocation;
  }

  /** All points of a plan, in its order. */
  List<Point> points(SweepPlan plan) {
    SourcePermission permission = SourcePermission.of(invocation.arguments());
    List<Point> points = new ArrayList<>();
    for (JsonObject axes : plan.combinations()) {
      int index = points.size();
      String where = where(plan, index, axes);
      Arguments arguments =
          ArgumentParser.configuration(where, plan.options(axes), SweepOptions.POINT, permission);
      points.add(named(where, () -> point(index, axes, arguments)));
    }
    return points;
  }

  /**
   * The number of images of a point, whose data and calibration data must be there.
   *
   * @throws Fp8simException that names the point
   */
  long images(SweepPlan plan, Point point, SharedWork shared) {
    Setting setting = setting(point);
    return named(
        where(plan, point.index(), point.axes()),
        () -> {
          shared.checkCalibrationData(setting);
          return (long) shared.dataset(setting).size();
        });
  }

  private static String where(SweepPlan plan, int index, JsonObject axes) {
    return "plan " + plan.name() + ", " + Point.describe(index, axes);
  }

  /** What the work returns; what it throws says where. */
  private static <T> T named(String where, Supplier<T> work) {
    try {
      return work.get();
    } catch (Fp8simException e) {
      throw e.at(where);
    }
  }

  /** The setting of a point that {@link #points} made. */
  Setting setting(Point point) {
    Setting setting = settings.get(point.index());
    if (setting == null) {
      throw new IllegalArgumentException("unknown " + point.describe());
    }
    return setting;
  }

  private Point point(int index, JsonObject axes, Arguments arguments) {
    Invocation own =
        new Invocation(arguments, invocation.out(), invocation.err(), Progress.NONE, new Result());
    List<String> modelKey =
        List.of(
            arguments.get(ModelOptions.MODEL.name()),
            arguments.find(ModelOptions.CARD.name()).orElse(""));
    Model model = models.get(modelKey);
    if (model == null) {
      model = ModelOptions.open(own);
      models.put(modelKey, model);
    } else {
      ModelOptions.addInputs(own, model);
    }
    DatasetDescription description = DataOptions.description(own, model);
    Numerics numerics = NumericsOptions.read(arguments, multipliers);
    Backends.Choice backend = RuntimeOptions.backend(own);
    JsonObject configuration = arguments.toJson();
    configuration.remove(RuntimeOptions.THREADS.name());
    configuration.remove(RuntimeOptions.MAX_MEMORY.name());
    JsonObject inputs = inputs(own, numerics);
    int threads = RuntimeOptions.threads(arguments);
    settings.put(index, new Setting(own, model, description, numerics, backend, threads));
    return new Point(index, axes, configuration, inputs, Versions.FP8SIM);
  }

  /** The hashes of all files that a point depends on. */
  private JsonObject inputs(Invocation own, Numerics numerics) {
    Set<Path> files = new LinkedHashSet<>(own.result().inputs());
    for (CliOption option : FILES) {
      own.arguments().findPath(option.name()).filter(Files::isRegularFile).ifPresent(files::add);
    }
    for (ChosenMultiplier multiplier : numerics.multipliers()) {
      for (String name : Multipliers.files(multiplier.specification())) {
        Path file = UserPath.of("multiplier file", name);
        if (Files.isRegularFile(file)) {
          files.add(file);
        }
      }
    }
    JsonObject json = new JsonObject();
    for (Path file : files) {
      json.addProperty(file.toString(), hashes.computeIfAbsent(file, Sha256::of));
    }
    return json;
  }
}
