package fp8sim.launch;

import fp8sim.common.ExitCode;
import fp8sim.common.Interruption;
import java.time.Duration;

/**
 * Ends this process when the launcher that started it is gone, even if it was killed. The system
 * property {@link JvmCommand#PARENT} is the launcher's process id.
 */
public final class ParentWatch {
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private ParentWatch() {}

  public static void start() {
    Long parent = Long.getLong(JvmCommand.PARENT);
    if (parent != null) {
      Thread.ofPlatform().name("parent-watch").daemon().start(() -> watch(parent));
    }
  }

  private static void watch(long parent) {
    try {
      // An orphan is handed to another process, so the parent's id changes.
      while (ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L) == parent) {
        Thread.sleep(INTERVAL);
      }
      Interruption.end(ExitCode.INTERRUPTED.code());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
