package fp8sim.experiment;

import com.google.gson.JsonElement;
import fp8sim.common.Notes;
import fp8sim.common.Progress;
import fp8sim.common.Versions;
import fp8sim.numerics.LayerOverride;
import fp8sim.numerics.Numerics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run of a sweep: resolves a plan's points, orders them, and scores those not finished. */
public final class SweepRun {
  private final SweepPlan plan;
  private final Shard shard;
  private final @Nullable CostTable costs;
  private final SweepMonitor monitor;
  private final PlannedPoints planned;

  /**
   * Reads the points of a plan.
   *
   * @param costs of multiplications, or null
   * @param reader reads the points' options
   * @param monitor is told what happens
   */
  public SweepRun(
      SweepPlan plan,
      Shard shard,
      @Nullable CostTable costs,
      PointReader reader,
      SweepMonitor monitor) {
    this.plan = plan;
    this.shard = shard;
    this.costs = costs;
    this.monitor = monitor;
    this.planned = new PlannedPoints(plan, reader);
  }

  /** Runs what is not finished and returns everything. */
  public ResultSet run(SweepFolder folder) {
    List<Point> points =
        grouped(planned.all().stream().filter(point -> shard.contains(point.index())).toList());
    checkCosts(points);
    SweepCache cache = new SweepCache(new Notes(monitor.notes()), Progress.NONE);
    SweepAdvice advice = new SweepAdvice();
    List<Point> pending = pending(folder, points);
    long images = 0;
    for (Point point : pending) {
      images += planned.images(point, cache);
    }
    if (pending.size() < points.size()) {
      int finished = points.size() - pending.size();
      monitor
          .log()
          .accept("%d of %d points are finished already".formatted(finished, points.size()));
    }
    try (Progress.Meter meter = monitor.progress().start("sweep (images)", images)) {
      List<PointResult> results =
          new Sweep(
                  folder,
                  new SweepTrial(planned, cache, advice, meter),
                  monitor.message(),
                  monitor.log())
              .run(points);
      advice.lines().forEach(monitor.notes());
      return new ResultSet(Versions.FP8SIM, plan.toJson(), costs, results);
    }
  }

  /** The numerics of a point that {@link #run} returned. */
  public Numerics numerics(Point point) {
    return planned.spec(point).numerics();
  }

  private static List<Point> pending(SweepFolder folder, List<Point> points) {
    return points.stream().filter(point -> !folder.has(point)).toList();
  }

  /** Points that share work one after the other; which results they have does not depend on it. */
  private List<Point> grouped(List<Point> points) {
    return byOccurrence(
        byOccurrence(points, point -> planned.spec(point).rangesKey()),
        point -> planned.spec(point).baselineKey());
  }

  private static List<Point> byOccurrence(List<Point> points, Function<Point, Object> key) {
    Map<Object, Integer> order = new LinkedHashMap<>();
    Map<Point, Integer> rank = new LinkedHashMap<>();
    for (Point point : points) {
      rank.put(point, order.computeIfAbsent(key.apply(point), k -> order.size()));
    }
    List<Point> sorted = new ArrayList<>(points);
    sorted.sort(Comparator.comparing(rank::get));
    return sorted;
  }

  /** Costs are looked up only when all is done: a missing one should be known before. */
  private void checkCosts(List<Point> points) {
    if (costs == null || !costs.isRelative()) {
      return;
    }
    for (Point point : points) {
      JsonElement multiplier = point.configuration().get("multiplier");
      costs.of(multiplier.getAsString());
      for (LayerOverride layer : planned.spec(point).numerics().layers()) {
        layer.multiplier().ifPresent(own -> costs.of(own.specification()));
      }
    }
  }
}
