package fp8sim.engine;

import fp8sim.kernel.Backend;
import fp8sim.kernel.Device;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.plan.Plan;
import java.util.List;

/**
 * Stands for a backend that this program was built without.
 *
 * @param unusableReason what is missing and how to get it
 */
record MissingBackend(String name, String unusableReason) implements Backend {
  @Override
  public List<Device> devices() {
    return List.of();
  }

  @Override
  public Session compile(Plan plan, SessionOptions options) {
    throw new IllegalStateException("backend " + name + " is not usable: " + unusableReason);
  }
}
