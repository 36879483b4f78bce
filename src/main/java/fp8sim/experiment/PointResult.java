package fp8sim.experiment;

import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What became of a point.
 *
 * @param scores what is the same on every machine; null if the point failed
 * @param timing when, where and how fast; null if the point failed
 * @param error one line; null if the point is finished
 */
public record PointResult(
    Point point, @Nullable JsonObject scores, @Nullable JsonObject timing, @Nullable String error) {
  static PointResult finished(Point point, JsonObject scores, JsonObject timing) {
    return new PointResult(point, scores, timing, null);
  }

  static PointResult failed(Point point, String error) {
    return new PointResult(point, null, null, error);
  }

  public boolean isFinished() {
    return error == null;
  }
}
