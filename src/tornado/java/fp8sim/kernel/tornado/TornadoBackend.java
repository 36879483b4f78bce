package fp8sim.kernel.tornado;

import fp8sim.common.Progress;
import fp8sim.kernel.Backend;
import fp8sim.kernel.Device;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.plan.Plan;
import java.util.List;

/**
 * The backend {@code tornado}. This class touches no class of TornadoVM before a network is
 * compiled or a device is asked for, so that it loads on machines without it.
 */
public final class TornadoBackend implements Backend {
  private static final String MODULE = "tornado.runtime";

  private final DeviceNetworks networks;

  /** For the service loader; it compiles in silence. */
  public TornadoBackend() {
    this(Progress.NONE);
  }

  private TornadoBackend(Progress progress) {
    networks = new DeviceNetworks(false, progress);
  }

  @Override
  public String name() {
    return "tornado";
  }

  @Override
  public List<Device> devices() {
    return TornadoDevices.list().stream().map(TornadoDevices.Entry::device).toList();
  }

  @Override
  public String unusableReason() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return "this JVM was started without TornadoVM's modules; use the fp8sim command";
    }
    return TornadoDevices.problem();
  }

  @Override
  public boolean observes() {
    return false;
  }

  @Override
  public Backend reporting(Progress progress) {
    return new TornadoBackend(progress);
  }

  @Override
  public Session compile(Plan plan, SessionOptions options) {
    return networks.session(plan, options);
  }
}
