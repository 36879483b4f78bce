package fp8sim.cli;

import com.google.gson.JsonElement;
import fp8sim.cli.frame.Failure;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.Notes;
import fp8sim.common.Progress;
import fp8sim.common.Versions;
import fp8sim.experiment.CostTable;
import fp8sim.experiment.Point;
import fp8sim.experiment.PointResult;
import fp8sim.experiment.ResultSet;
import fp8sim.experiment.Shard;
import fp8sim.experiment.Sweep;
import fp8sim.experiment.SweepFolder;
import fp8sim.experiment.SweepPlan;
import fp8sim.numerics.LayerOverride;
import fp8sim.report.ShownMultiplier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run of a sweep: resolves a plan's points, orders them, and scores those not finished. */
public final class SweepRun {
  private final Invocation invocation;
  private final SweepPlan plan;
  private final Shard shard;
  private final @Nullable CostTable costs;
  private final PointResolver resolver;

  public SweepRun(Invocation invocation, SweepPlan plan, Shard shard, @Nullable CostTable costs) {
    this.invocation = invocation;
    this.plan = plan;
    this.shard = shard;
    this.costs = costs;
    this.resolver = new PointResolver(invocation);
  }

  /** Runs what is not finished and returns everything. */
  public ResultSet run(SweepFolder folder) {
    List<Point> points =
        grouped(
            resolver.points(plan).stream().filter(point -> shard.contains(point.index())).toList());
    checkCosts(points);
    SharedWork shared = new SharedWork(new Notes(invocation));
    SweepAdvice advice = new SweepAdvice();
    List<Point> pending = pending(folder, points);
    long images = 0;
    for (Point point : pending) {
      images += resolver.images(plan, point, shared);
    }
    if (pending.size() < points.size()) {
      invocation
          .err()
          .printf(
              "%d of %d points are finished already%n",
              points.size() - pending.size(), points.size());
    }
    try (Progress.Meter meter = invocation.progress().start("sweep (images)", images)) {
      List<PointResult> results =
          new Sweep(
                  folder,
                  new SweepTrial(resolver, shared, advice, meter),
                  problem -> Failure.of(problem).message(),
                  line -> invocation.err().println(line))
              .run(points);
      advice.lines().forEach(invocation::note);
      return new ResultSet(Versions.FP8SIM, plan.toJson(), costs, results);
    }
  }

  /** The multiplier of a point that {@link #run} returned, for the page. */
  public ShownMultiplier multiplier(Point point) {
    return ShownMultiplier.of(resolver.setting(point).numerics());
  }

  private static List<Point> pending(SweepFolder folder, List<Point> points) {
    return points.stream().filter(point -> !folder.has(point)).toList();
  }

  /** Points that share work one after the other; which results they have does not depend on it. */
  private List<Point> grouped(List<Point> points) {
    return byOccurrence(
        byOccurrence(points, point -> resolver.setting(point).rangesKey()),
        point -> resolver.setting(point).referenceKey());
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
    if (costs == null) {
      return;
    }
    for (Point point : points) {
      JsonElement multiplier = point.configuration().get("multiplier");
      costs.of(multiplier.getAsString());
      for (LayerOverride layer : resolver.setting(point).numerics().layers()) {
        layer.multiplier().ifPresent(own -> costs.of(own.specification()));
      }
    }
  }
}
