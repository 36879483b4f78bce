package fp8sim.experiment;

import com.google.gson.JsonObject;
import fp8sim.common.Sha256;

/**
 * One configuration of a sweep.
 *
 * @param index in the order of the plan, from 0
 * @param axes the values of the plan's axes
 * @param configuration everything that the results depend on, resolved; {@code eval --config} reads
 *     it
 * @param inputs SHA-256 of each file that the results depend on, by path
 * @param version of fp8sim
 */
public record Point(
    int index, JsonObject axes, JsonObject configuration, JsonObject inputs, String version) {
  private static final int ID_DIGITS = 20;

  /**
   * Identifies the point's result: a finished point is kept as long as configuration, input files
   * and version are the same, wherever the point stands in the plan.
   */
  public String id() {
    JsonObject json = new JsonObject();
    json.addProperty("version", version);
    json.add("configuration", configuration);
    json.add("inputs", inputs);
    return Sha256.of(json.toString()).substring(0, ID_DIGITS);
  }

  /** For messages: {@code point 3 (format=e4m3, multiplier=adder)}. */
  public String describe() {
    return describe(index, axes);
  }

  /** As {@link #describe()}, of a point to be. */
  public static String describe(int index, JsonObject axes) {
    StringBuilder text = new StringBuilder("point " + index);
    String separator = " (";
    for (String key : axes.keySet()) {
      text.append(separator).append(key).append('=').append(Texts.of(axes.get(key)));
      separator = ", ";
    }
    return text.append(axes.isEmpty() ? "" : ")").toString();
  }
}
