package fp8sim.kernel.tornado;

import fp8sim.kernel.Device;

/**
 * A program of its own that prints the devices of this JVM's driver, one a line: rank, index,
 * memory in bytes and name, separated by tabs; or {@code problem} and one line on what is missing.
 * Native libraries may print lines of their own.
 */
public final class DeviceList {
  private DeviceList() {}

  public static void main(String[] words) {
    String problem = TornadoDevices.problem();
    if (!problem.isEmpty()) {
      System.out.println("problem\t" + problem);
      return;
    }
    for (TornadoDevices.Entry entry : TornadoDevices.list()) {
      Device device = entry.device();
      System.out.printf(
          "%d\t%d\t%d\t%s%n", entry.rank(), device.index(), device.memoryBytes(), device.name());
    }
  }
}
