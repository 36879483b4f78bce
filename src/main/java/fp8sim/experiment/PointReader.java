package fp8sim.experiment;

import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.run.RunSpec;
import java.nio.file.Path;
import java.util.Collection;

/** Reads the options of a plan's point. */
@FunctionalInterface
public interface PointReader {
  /**
   * What a point's options ask for.
   *
   * @param configuration all that the results depend on, as {@code eval --config} reads it
   * @param files that the results depend on
   */
  record PointOptions(RunSpec spec, JsonObject configuration, Collection<Path> files) {}

  /**
   * Reads a point and checks every option.
   *
   * @param where names the point, in messages
   * @param options by name, values as in a configuration file
   * @throws Fp8simException that says where
   */
  PointOptions read(String where, JsonObject options);
}
