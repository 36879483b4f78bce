package fp8sim.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.cli.frame.TextTable;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Backends;
import fp8sim.kernel.Backend;
import fp8sim.kernel.Device;
import fp8sim.launch.TornadoProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** All devices of all backends, and one line on each backend that is not usable. */
final class DeviceListing {
  private final TextTable table = new TextTable("backend", "driver", "index", "device", "memory");
  private final JsonArray devices = new JsonArray();
  private final List<String> problems = new ArrayList<>();

  private DeviceListing() {}

  static DeviceListing ofThisMachine() throws IOException, InterruptedException {
    DeviceListing listing = new DeviceListing();
    for (Backend backend : Backends.all()) {
      if (backend.isUsable()) {
        listing.list(backend.name(), backend.devices());
      } else if (Backends.isBuiltWithTornado()) {
        listing.listTornado();
      } else {
        listing.problems.add("backend " + backend.name() + ": " + backend.unusableReason());
      }
    }
    return listing;
  }

  /** A table, then the problems. */
  String text() {
    StringBuilder text = new StringBuilder(table.alignRight(2, 4).toString());
    problems.forEach(problem -> text.append(problem).append('\n'));
    return text.toString();
  }

  /** The devices, as the contract of {@code --json} says. */
  JsonArray json() {
    return devices;
  }

  private void list(String backend, List<Device> all) {
    for (Device device : all) {
      add(backend, device, device.equals(all.getFirst()));
    }
  }

  private void listTornado() throws IOException, InterruptedException {
    List<TornadoProcess.ProbedDevice> found = new ArrayList<>();
    try {
      for (TornadoProcess.Probe probe : TornadoProcess.create().probeAll()) {
        found.addAll(probe.devices());
        probe.problems().forEach(problem -> problems.add("backend tornado: " + problem));
      }
    } catch (Fp8simException e) {
      problems.add(e.getMessage());
    }
    Optional<TornadoProcess.ProbedDevice> best =
        found.stream().min(TornadoProcess.ProbedDevice.BEST_FIRST);
    for (TornadoProcess.ProbedDevice device : found) {
      add(
          Backends.TORNADO,
          new Device(device.driver(), device.index(), device.name(), device.memoryBytes()),
          device.equals(best.orElseThrow()));
    }
  }

  private void add(String backend, Device device, boolean isDefault) {
    table.row(
        backend,
        device.driver(),
        Integer.toString(device.index()),
        device.name() + (isDefault && backend.equals(Backends.TORNADO) ? " (default)" : ""),
        device.memoryBytes() < 0
            ? ""
            : String.format(Locale.ROOT, "%.1f GiB", device.memoryBytes() / (double) (1L << 30)));
    JsonObject json = new JsonObject();
    json.addProperty("backend", backend);
    json.addProperty("driver", device.driver());
    json.addProperty("index", device.index());
    json.addProperty("name", device.name());
    json.addProperty("memoryBytes", device.memoryBytes() < 0 ? null : device.memoryBytes());
    json.addProperty("default", isDefault);
    devices.add(json);
  }
}
