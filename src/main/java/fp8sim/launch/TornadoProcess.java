package fp8sim.launch;

import fp8sim.common.ExitCode;
import fp8sim.common.Interruption;
import fp8sim.engine.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Starts this program again with TornadoVM's modules: a JVM gets its modules and its compiler
 * interface when it starts, and TornadoVM's drivers need one JVM each.
 */
public final class TornadoProcess {
  private static final String MODULE = "tornado.runtime";
  private static final String DEVICE_LIST = "fp8sim.kernel.tornado.DeviceList";
  private static final int FIELDS = 4;

  /** Larger exit codes are those of processes that a signal ended. */
  private static final int SIGNAL = 128;

  private static final String PROBLEM = "problem\t";

  /** The one option of the SDK's that users may set; the last one given counts. */
  private static final String MEMORY = "-Dtornado.device.memory=";

  private final TornadoSdk sdk;

  private TornadoProcess(TornadoSdk sdk) {
    this.sdk = sdk;
  }

  /** Whether this program could run on TornadoVM's devices, but this JVM cannot. */
  public static boolean isNeeded() {
    return !isRunning() && Backends.isBuiltWithTornado();
  }

  /** Whether this JVM has TornadoVM's modules. */
  static boolean isRunning() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /** On the SDK of this machine; fails as {@link TornadoSdk#find}. */
  public static TornadoProcess create() {
    return new TornadoProcess(TornadoSdk.find());
  }

  /**
   * Runs a whole command line in a JVM with a driver, and ends as that ends.
   *
   * @param backend {@code tornado}, possibly with a driver and a device: {@code tornado:opencl:0}
   * @param words the command line, the command first
   */
  public ExitCode run(String backend, List<String> words) throws IOException, InterruptedException {
    List<String> command = command(driver(backend), JvmCommand.PROGRAM, words);
    Process child = new ProcessBuilder(command).inheritIO().start();
    Runnable end = child::destroy;
    Interruption.add(end);
    int code = child.waitFor();
    Interruption.remove(end);
    if (code > SIGNAL) {
      return ExitCode.INTERRUPTED;
    }
    return Arrays.stream(ExitCode.values())
        .filter(exit -> exit.code() == code)
        .findFirst()
        .orElse(ExitCode.INTERNAL);
  }

  /** The driver that a backend's text names, or that of the best device. */
  private String driver(String backend) throws IOException, InterruptedException {
    List<String> installed = sdk.drivers();
    String[] parts = backend.split(":", -1);
    if (parts.length > 1) {
      if (!installed.contains(parts[1])) {
        throw TornadoSdk.unusable(
            "driver '%s' is not in the SDK; there are %s"
                .formatted(parts[1], String.join(", ", installed)));
      }
      return parts[1];
    }
    if (installed.size() == 1) {
      return installed.getFirst();
    }
    List<ProbedDevice> found = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String driver : installed) {
      Probe probe = probe(driver);
      found.addAll(probe.devices());
      problems.addAll(probe.problems());
    }
    return found.stream()
        .min(ProbedDevice.BEST_FIRST)
        .orElseThrow(() -> TornadoSdk.unusable(String.join("; ", problems)))
        .driver();
  }

  /**
   * A device of some driver.
   *
   * @param rank 0 for GPUs, 1 for other accelerators, 2 for CPUs
   */
  public record ProbedDevice(String driver, int rank, int index, String name, long memoryBytes) {
    public static final Comparator<ProbedDevice> BEST_FIRST =
        Comparator.comparingInt(ProbedDevice::rank)
            .thenComparing(Comparator.comparingLong(ProbedDevice::memoryBytes).reversed());
  }

  /** What a driver has to offer: devices, or one line on what is missing. */
  public record Probe(List<ProbedDevice> devices, List<String> problems) {}

  /** All drivers of the SDK with their devices. */
  public List<Probe> probeAll() throws IOException, InterruptedException {
    List<Probe> probes = new ArrayList<>();
    for (String driver : sdk.drivers()) {
      probes.add(probe(driver));
    }
    return probes;
  }

  private Probe probe(String driver) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(command(driver, DEVICE_LIST, List.of()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    child.waitFor();
    List<ProbedDevice> devices = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String line : output.lines().toList()) {
      String[] fields = line.split("\t", FIELDS);
      if (fields.length == FIELDS) {
        int rank = Integer.parseInt(fields[0]);
        int index = Integer.parseInt(fields[1]);
        devices.add(new ProbedDevice(driver, rank, index, fields[3], Long.parseLong(fields[2])));
      } else if (line.startsWith(PROBLEM)) {
        problems.add("driver %s: %s".formatted(driver, line.substring(PROBLEM.length())));
      }
    }
    if (devices.isEmpty() && problems.isEmpty()) {
      problems.add("driver %s: the JVM that lists its devices failed".formatted(driver));
    }
    return new Probe(devices, problems);
  }

  /** A JVM like this one, with a driver. */
  private List<String> command(String driver, String mainClass, List<String> words) {
    JvmCommand own = JvmCommand.likeThisOne();
    List<String> memory =
        own.options().stream().filter(option -> option.startsWith(MEMORY)).toList();
    return own.with(sdk.options(driver)).with(memory).endingWithThis().line(mainClass, words);
  }
}
