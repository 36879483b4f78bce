package fp8sim.experiment;

import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.common.Sha256;
import fp8sim.common.Versions;
import fp8sim.run.RunSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The points of a plan and the runs that they ask for; every option is read before any runs. */
final class PlannedPoints {
  private final SweepPlan plan;
  private final PointReader reader;
  private final Map<Path, String> hashes = new HashMap<>();
  private final Map<Integer, RunSpec> specs = new HashMap<>();
  private final List<Point> points = new ArrayList<>();

  /** Reads the points. */
  PlannedPoints(SweepPlan plan, PointReader reader) {
    this.plan = plan;
    this.reader = reader;
    plan.combinations().forEach(this::add);
  }

  private void add(JsonObject axes) {
    int index = points.size();
    PointReader.PointOptions read = reader.read(where(index, axes), plan.options(axes));
    specs.put(index, read.spec());
    points.add(new Point(index, axes, read.configuration(), inputs(read.files()), Versions.FP8SIM));
  }

  /** The hashes of files that a point depends on. */
  private JsonObject inputs(Collection<Path> files) {
    JsonObject json = new JsonObject();
    for (Path file : files) {
      json.addProperty(file.toString(), hashes.computeIfAbsent(file, Sha256::of));
    }
    return json;
  }

  /** All points, in the order of the plan. */
  List<Point> all() {
    return List.copyOf(points);
  }

  /** The run of a point. */
  RunSpec spec(Point point) {
    RunSpec spec = specs.get(point.index());
    if (spec == null) {
      throw new IllegalArgumentException("unknown " + point.describe());
    }
    return spec;
  }

  /**
   * The number of images of a point, whose data and calibration data must be there.
   *
   * @throws Fp8simException that names the point
   */
  long images(Point point, SweepCache cache) {
    RunSpec spec = spec(point);
    try {
      cache.checkCalibrationData(spec);
      return cache.dataset(spec).size();
    } catch (Fp8simException e) {
      throw e.at(where(point.index(), point.axes()));
    }
  }

  private String where(int index, JsonObject axes) {
    return "plan " + plan.name() + ", " + Point.describe(index, axes);
  }
}
