package fp8sim.cli.frame;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.common.JsonFile;
import fp8sim.common.Sha256;
import fp8sim.common.Versions;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The machine-readable result of one call: the same head for every command, then its own keys in
 * the order they are put.
 */
public final class Result {
  private static final int SCHEMA = 1;

  private final long startNanos = System.nanoTime();
  private final Set<Path> inputs = new LinkedHashSet<>();
  private final JsonObject own = new JsonObject();
  private @Nullable String backend;
  private @Nullable String device;

  /** Names the backend and the device that ran. */
  public void ranOn(String backendName, String deviceName) {
    backend = backendName;
    device = deviceName;
  }

  /** Notes a file that the result depends on; its SHA-256 is taken when the result is written. */
  public void addInput(Path file) {
    inputs.add(file);
  }

  /** Adds a number; infinities and NaN become null, which is all that JSON has for them. */
  public void put(String key, Number value) {
    own.add(key, JsonFile.number(value));
  }

  public void put(String key, String value) {
    own.addProperty(key, value);
  }

  public void put(String key, JsonElement value) {
    own.add(key, value);
  }

  /** The files noted so far, in that order. */
  public Set<Path> inputs() {
    return inputs;
  }

  /**
   * The whole result.
   *
   * @param file where it will be
   */
  public JsonObject toJson(String command, Arguments arguments, Path file) {
    JsonObject json = new JsonObject();
    json.addProperty("schema", SCHEMA);
    json.addProperty("command", command);
    json.addProperty("version", Versions.FP8SIM);
    json.addProperty("backend", backend);
    json.addProperty("device", device);
    json.add("configuration", arguments.toJson(file));
    JsonObject hashes = new JsonObject();
    inputs.forEach(input -> hashes.addProperty(input.toString(), Sha256.of(input)));
    json.add("inputs", hashes);
    json.addProperty("seconds", (System.nanoTime() - startNanos) / 1e9);
    own.entrySet().forEach(entry -> json.add(entry.getKey(), entry.getValue()));
    return json;
  }
}
