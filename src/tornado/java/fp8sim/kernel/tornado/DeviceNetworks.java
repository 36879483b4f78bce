package fp8sim.kernel.tornado;

import fp8sim.common.Progress;
import fp8sim.common.UserOption;
import fp8sim.kernel.DeviceMemoryException;
import fp8sim.kernel.SessionOptions;
import fp8sim.kernel.tornado.device.DeviceProgram;
import fp8sim.kernel.tornado.lower.Lowering;
import fp8sim.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The compiled networks of a backend, so that sessions of other batch sizes share them. */
final class DeviceNetworks {
  private static final double MIB = 1 << 20;

  private final List<DeviceNetwork> networks = new ArrayList<>();
  private final boolean serves;
  private final Progress progress;

  /**
   * No networks yet.
   *
   * @param serves see {@link DeviceNetwork}; networks are also kept when no session uses them
   * @param progress is told of compilations
   */
  DeviceNetworks(boolean serves, Progress progress) {
    this.serves = serves;
    this.progress = progress;
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
            .orElseGet(() -> compile(plan, program, device));
    return new TornadoSession(
        plan, program, network.share(), options.quantizers(), device.device());
  }

  private DeviceNetwork compile(Plan plan, DeviceProgram program, TornadoDevices.Entry device) {
    requireMemory(plan, program, device);
    DeviceNetwork network = new DeviceNetwork(program, device, serves, progress);
    if (serves) {
      network.share();
    }
    networks.add(network);
    return network;
  }

  private static void requireMemory(Plan plan, DeviceProgram program, TornadoDevices.Entry device) {
    requireMemory(plan, "memory", program.bytes(), device, device.memoryBytes());
    requireMemory(plan, "one buffer", program.largestBufferBytes(), device, device.bufferBytes());
  }

  private static void requireMemory(
      Plan plan, String what, long needed, TornadoDevices.Entry device, long available) {
    if (needed > available) {
      throw new DeviceMemoryException(
          String.format(
              Locale.ROOT,
              "%s: inputs of %s need %.1f MiB of %s, and device %s has %.1f MiB; use smaller"
                  + " inputs, or %s",
              plan.model(),
              plan.inputs().values().stream()
                  .map(slot -> slot.shape().toString())
                  .collect(Collectors.joining(", ")),
              needed / MIB,
              what,
              device.device().name(),
              available / MIB,
              UserOption.BACKEND.with("cpu")),
          null);
    }
  }
}
