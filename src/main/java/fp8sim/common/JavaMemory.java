package fp8sim.common;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** What Java says about memory. The first question takes some 50 ms. */
public final class JavaMemory {
  private JavaMemory() {}

  /** Bytes that the machine has, or the container if its limit is lower. */
  public static long machine() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /** Bytes that automatic arenas and direct buffers have now. */
  public static long direct() {
    List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    return pools.stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** Bytes that these may have at most: as many as the heap, unless an option says otherwise. */
  public static long mostDirect() {
    HotSpotDiagnosticMXBean java =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    long option = Long.parseLong(java.getVMOption("MaxDirectMemorySize").getValue());
    return option > 0 ? option : Runtime.getRuntime().maxMemory();
  }
}
