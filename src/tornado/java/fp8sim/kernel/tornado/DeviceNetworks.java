package fp8sim.kernel.tornado;

import fp8sim.kernel.SessionOptions;
import fp8sim.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** The compiled networks of a backend, so that sessions of other batch sizes share them. */
final class DeviceNetworks {
  private final List<DeviceNetwork> networks = new ArrayList<>();
  private final boolean serves;

  /**
   * No networks yet.
   *
   * @param serves see {@link DeviceNetwork}; networks are also kept when no session uses them
   */
  DeviceNetworks(boolean serves) {
    this.serves = serves;
  }

  /** Opens a session on the device that the options name. */
  synchronized TornadoSession session(Plan plan, SessionOptions options) {
    TornadoDevices.Entry device = TornadoDevices.choose(options.device());
    DeviceProgram program = Lowering.lower(plan, options.quantizers());
    networks.removeIf(DeviceNetwork::isClosed);
    DeviceNetwork network =
        networks.stream()
            .filter(candidate -> candidate.fits(program, device))
            .findFirst()
            .orElseGet(() -> compile(program, device));
    return new TornadoSession(plan, program, network.share(), device.device());
  }

  private DeviceNetwork compile(DeviceProgram program, TornadoDevices.Entry device) {
    DeviceNetwork network = new DeviceNetwork(program, device, serves);
    if (serves) {
      network.share();
    }
    networks.add(network);
    return network;
  }
}
