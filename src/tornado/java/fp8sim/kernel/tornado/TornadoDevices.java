package fp8sim.kernel.tornado;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.kernel.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The devices that TornadoVM's driver of this JVM finds. */
final class TornadoDevices {
  /**
   * A device.
   *
   * @param rank 0 for GPUs, 1 for other accelerators, 2 for CPUs
   */
  record Entry(Device device, int rank, TornadoDevice handle) {
    private static final Comparator<Entry> BEST_FIRST =
        Comparator.comparingInt(Entry::rank)
            .thenComparing(
                Comparator.comparingLong((Entry entry) -> entry.device().memoryBytes()).reversed());

    /** What a network may use: the device's memory, or less where the user says so. */
    long memoryBytes() {
      return Math.min(device.memoryBytes(), limit());
    }

    /** What a buffer may use. */
    long bufferBytes() {
      return handle.getPhysicalDevice().getDeviceMaxAllocationSize();
    }
  }

  /** TornadoVM's own option: a number of bytes, or one of KB, MB, GB, TB. */
  private static final String LIMIT = "tornado.device.memory";

  private static final Pattern SIZE = Pattern.compile("(\\d+)([KMGT]?)B?");

  private TornadoDevices() {}

  private static long limit() {
    String text = System.getProperty(LIMIT, "");
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw Fp8simException.usage("-D%s=%s is no size such as 512MB or 4GB".formatted(LIMIT, text));
    }
    int thousands = size.group(2).isEmpty() ? 0 : 1 + "KMGT".indexOf(size.group(2));
    return Long.parseLong(size.group(1)) << (10 * thousands);
  }

  /** All devices: GPUs, then other accelerators, then CPUs, each by falling memory. */
  static List<Entry> list() {
    TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
    List<Entry> entries = new ArrayList<>();
    for (int b = 0; b < runtime.getNumBackends(); b++) {
      TornadoBackend backend = runtime.getBackend(b);
      String driver = runtime.getBackendType(b).name().toLowerCase(Locale.ROOT);
      for (int i = 0; i < backend.getNumDevices(); i++) {
        TornadoDevice handle = backend.getDevice(i);
        String name = handle.getPhysicalDevice().getDeviceName().strip();
        Device device = new Device(driver, i, name, handle.getMaxGlobalMemory());
        entries.add(new Entry(device, rank(handle.getDeviceType()), handle));
      }
    }
    entries.sort(Entry.BEST_FIRST);
    return entries;
  }

  private static int rank(TornadoDeviceType type) {
    return switch (type) {
      case GPU -> 0;
      case CPU -> 2;
      default -> 1;
    };
  }

  /** One line on why there is no device; empty if there is one. */
  static String problem() {
    return Problem.TEXT;
  }

  /** Found once: TornadoVM tells the reason only when it fails first. */
  private static final class Problem {
    private static final String TEXT = find();

    private static String find() {
      try {
        return list().isEmpty() ? "the driver found no device" : "";
      } catch (LinkageError | RuntimeException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
          cause = cause.getCause();
        }
        return "the driver does not work here, install the device's own: "
            + firstSentence(String.valueOf(cause.getMessage()));
      }
    }

    /** Without colours, a level in brackets, and what TornadoVM would do next. */
    private static String firstSentence(String message) {
      return message
          .replaceAll("\u001B\\[[0-9;]*m|\\[[A-Z]+\\]", "")
          .strip()
          .replaceFirst("(?s)(\\.\\s|\\R).*", "");
    }
  }

  /**
   * The device that the user chose.
   *
   * @param choice {@code DRIVER[:INDEX]}, or empty for the best one
   * @throws Fp8simException (backend) if there is no such device
   */
  static Entry choose(String choice) {
    List<Entry> entries = list();
    String[] parts = choice.split(":", -1);
    return entries.stream()
        .filter(entry -> choice.isEmpty() || entry.device().driver().equals(parts[0]))
        .filter(
            entry -> parts.length < 2 || Integer.toString(entry.device().index()).equals(parts[1]))
        .findFirst()
        .orElseThrow(
            () ->
                new Fp8simException(
                    ExitCode.BACKEND,
                    "backend tornado: there is no device %s; 'fp8sim devices' lists them"
                        .formatted(choice)));
  }
}
