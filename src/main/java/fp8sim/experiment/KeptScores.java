package fp8sim.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import fp8sim.common.Fp8simException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a file says about a finished point, checked before anything relies on it. */
final class KeptScores {
  private KeptScores() {}

  /**
   * The scores and timing of a point.
   *
   * @param file for messages
   * @throws Fp8simException (input) if they are not what a sweep writes
   */
  static Sweep.Outcome read(Path file, JsonObject json) {
    if (json.get("scores") instanceof JsonObject scores
        && json.get("timing") instanceof JsonObject timing
        && isWhole(scores)) {
      return new Sweep.Outcome(scores, timing);
    }
    throw Fp8simException.input(file + ": damaged, not the scores of a point");
  }

  /** Whether the scores that all points have are there, and all are of the right kind. */
  static boolean isWhole(JsonObject scores) {
    for (ScoreColumn column : ScoreColumn.ALL) {
      JsonElement value = scores.get(column.key());
      // Infinite and unknown numbers are null; a network without layers has no worst one.
      boolean unknown = value == null || value.isJsonNull();
      if (!unknown && !isNumber(value) && !isInterval(value)) {
        return false;
      }
    }
    return (isNumber(scores.get("top1")) || isNumber(scores.get("agreement")))
        && isNumber(scores.get("macs"))
        && scores.get("macsByMultiplier") instanceof JsonObject macs
        && macs.asMap().values().stream().allMatch(KeptScores::isNumber)
        && UnitUse.areWhole(scores);
  }

  private static boolean isNumber(@Nullable JsonElement value) {
    return value instanceof JsonPrimitive number
        && number.isNumber()
        && Double.isFinite(number.getAsDouble());
  }

  private static boolean isInterval(JsonElement value) {
    return value instanceof JsonArray ends
        && ends.size() == 2
        && isNumber(ends.get(0))
        && isNumber(ends.get(1));
  }
}
