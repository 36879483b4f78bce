package fp8sim.cli;

import com.google.gson.JsonObject;
import fp8sim.Fp8simException;
import fp8sim.Progress;
import fp8sim.Sha256;
import fp8sim.UserPath;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.eval.LoadedModel;
import fp8sim.experiment.Plan;
import fp8sim.experiment.Point;
import fp8sim.multiplier.Multipliers;
import fp8sim.numerics.LayerOverride;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the combinations of a plan into points and settings, checking every option before anything
 * runs.
 */
final class PointResolver {
  /** A file that a multiplier reads, such as {@code table:file=t.npy,dialect=npy}. */
  private static final Pattern FILE_OF_MULTIPLIER = Pattern.compile("file=([^,\\]]+)");

  private static final List<CliOption> FILES =
      List.of(ModelOptions.CARD, CalibrationOptions.CALIBRATION, CalibrationOptions.RANGES);

  private final Invocation invocation;
  private final Map<List<String>, LoadedModel> models = new HashMap<>();
  private final Map<Path, String> hashes = new HashMap<>();
  private final Map<Integer, Setting> settings = new HashMap<>();

  /**
   * A resolver.
   *
   * @param invocation of the sweep
   */
  PointResolver(Invocation invocation) {
    this.invocation = invocation;
  }

  /** All points of a plan, in its order. */
  List<Point> points(Plan plan) {
    List<Point> points = new ArrayList<>();
    for (JsonObject axes : plan.combinations()) {
      int index = points.size();
      String where = where(plan, index, axes);
      Arguments arguments =
          ArgumentParser.configuration(where, plan.options(axes), SweepOptions.POINT);
      points.add(named(where, () -> point(index, axes, arguments)));
    }
    return points;
  }

  /**
   * The number of images of a point, whose data and calibration data must be there.
   *
   * @throws Fp8simException that names the point
   */
  long images(Plan plan, Point point, SharedWork shared) {
    Setting setting = setting(point);
    return named(
        where(plan, point.index(), point.axes()),
        () -> {
          shared.checkCalibrationData(setting);
          return (long) shared.dataset(setting).size();
        });
  }

  private static String where(Plan plan, int index, JsonObject axes) {
    return "plan " + plan.name() + ", " + Point.describe(index, axes);
  }

  /** What the work returns; what it throws says where. */
  private static <T> T named(String where, Supplier<T> work) {
    try {
      return work.get();
    } catch (Fp8simException e) {
      throw new Fp8simException(e.exitCode(), where + ": " + e.getMessage(), e);
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
    LoadedModel model = models.get(modelKey);
    if (model == null) {
      model = ModelOptions.open(own);
      models.put(modelKey, model);
    } else {
      ModelOptions.addInputs(own, model);
    }
    DatasetDescription description = DataOptions.description(own, model);
    Numerics numerics = NumericsOptions.read(arguments);
    checkMultipliers(numerics);
    Backends.Choice backend = RuntimeOptions.backend(arguments);
    JsonObject configuration = arguments.toJson();
    configuration.remove(RuntimeOptions.THREADS.name());
    JsonObject inputs = inputs(own);
    int threads = RuntimeOptions.threads(arguments);
    settings.put(index, new Setting(own, model, description, numerics, backend, threads));
    return new Point(index, axes, configuration, inputs, Version.text());
  }

  private static void checkMultipliers(Numerics numerics) {
    Multipliers.parse(numerics.product().multiplier());
    for (LayerOverride layer : numerics.layers()) {
      String multiplier = layer.values().get("multiplier");
      if (multiplier != null) {
        Multipliers.parse(multiplier);
      }
    }
  }

  /** The hashes of all files that a point depends on. */
  private JsonObject inputs(Invocation own) {
    Set<Path> files = new LinkedHashSet<>(own.result().inputs());
    for (CliOption option : FILES) {
      own.arguments().findPath(option.name()).filter(Files::isRegularFile).ifPresent(files::add);
    }
    List<String> texts = new ArrayList<>(own.arguments().list("multiplier"));
    texts.addAll(own.arguments().list("layer"));
    for (String text : texts) {
      for (Matcher matcher = FILE_OF_MULTIPLIER.matcher(text); matcher.find(); ) {
        Path file = UserPath.of("multiplier file", matcher.group(1));
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
