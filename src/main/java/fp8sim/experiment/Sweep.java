package fp8sim.experiment;

import com.google.gson.JsonObject;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the points of a plan that are not finished yet, one after the other. Every finished point is
 * in the folder before the next one starts, so that a run that is killed loses only the point it
 * was at. A point that fails is reported and tried again by the next run.
 */
public final class Sweep {
  private static final int SCHEMA = 1;

  /** Does the work of one point. */
  @FunctionalInterface
  public interface Trial {
    /**
     * Runs a point.
     *
     * @throws Fp8simException if it cannot be run; the other points go on
     */
    Outcome run(Point point);
  }

  /**
   * What a trial found.
   *
   * @param scores the same on every machine
   * @param timing everything else
   */
  public record Outcome(JsonObject scores, JsonObject timing) {}

  private final SweepFolder folder;
  private final Trial trial;
  private final Function<Throwable, String> message;
  private final Consumer<String> log;

  /**
   * A sweep.
   *
   * @param message makes one line of what a trial throws
   * @param log is told of points that fail, or whose file is damaged
   */
  public Sweep(
      SweepFolder folder, Trial trial, Function<Throwable, String> message, Consumer<String> log) {
    this.folder = folder;
    this.trial = trial;
    this.message = message;
    this.log = log;
  }

  /**
   * Runs what is not finished.
   *
   * @param points in the order in which to run them
   * @return one result for each point, in the order of the plan
   * @throws Fp8simException (output) if a result cannot be kept, (interrupted) if a trial was
   */
  public List<PointResult> run(List<Point> points) {
    List<PointResult> results = new ArrayList<>();
    for (Point point : points) {
      @Nullable Outcome kept = folder.find(point, log);
      results.add(
          kept == null
              ? attempt(point)
              : PointResult.finished(point, kept.scores(), kept.timing()));
    }
    results.sort(Comparator.comparingInt(result -> result.point().index()));
    return results;
  }

  private PointResult attempt(Point point) {
    Outcome outcome;
    try {
      outcome = trial.run(point);
    } catch (Fp8simException e) {
      if (e.exitCode() == ExitCode.INTERRUPTED) {
        throw e;
      }
      return failed(point, e);
    } catch (RuntimeException | OutOfMemoryError e) {
      return failed(point, e);
    }
    JsonObject json = new JsonObject();
    json.addProperty("schema", SCHEMA);
    json.add("axes", point.axes());
    json.add("scores", outcome.scores());
    json.add("timing", outcome.timing());
    folder.keep(point, json);
    return PointResult.finished(point, outcome.scores(), outcome.timing());
  }

  private PointResult failed(Point point, Throwable problem) {
    String error = message.apply(problem);
    log.accept(point.describe() + " failed: " + error);
    return PointResult.failed(point, error);
  }
}
