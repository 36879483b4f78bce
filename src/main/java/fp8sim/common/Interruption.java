package fp8sim.common;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import sun.misc.Signal;

/**
 * How signals end the program. One that arrives before all results are written ends it with 128 and
 * the signal's number (Ctrl-C: 130), and leaves no half-written file; one that arrives later
 * changes nothing: the exit code is that of the finished work.
 *
 * <p>Java's own handling starts its shutdown while the program goes on, so that the program's end
 * and the signal's race: the exit code is that of the first one, and the second one's log fails.
 */
public final class Interruption {
  /** The signals that end the program, each with its exit code as shells know it. */
  private static final Map<String, Integer> EXIT_CODES =
      Map.of("INT", 130, "TERM", 143, "HUP", 129);

  private static final AtomicBoolean ENDING = new AtomicBoolean();
  private static final Set<Runnable> CLEANUPS = ConcurrentHashMap.newKeySet();

  private Interruption() {}

  /** From now on signals end the program as said above. */
  public static void watch() {
    EXIT_CODES.forEach(
        (name, code) -> {
          try {
            Signal.handle(new Signal(name), signal -> end(code));
          } catch (IllegalArgumentException e) {
            // The system has no such signal, or Java is told to leave signals alone (-Xrs).
          }
        });
  }

  /** Adds what is done when the program is interrupted: short work that cannot fail. */
  public static void add(Runnable cleanup) {
    CLEANUPS.add(cleanup);
  }

  /** Takes away what {@link #add} added. */
  public static void remove(Runnable cleanup) {
    CLEANUPS.remove(cleanup);
  }

  /** Ends the program at once, unless it is ending already. */
  public static void end(int code) {
    if (ENDING.compareAndSet(false, true)) {
      try {
        CLEANUPS.forEach(Runnable::run);
      } finally {
        Runtime.getRuntime().halt(code);
      }
    }
  }

  /** Ends the program after its work: interruptions that come later do not count. */
  public static void finish(int code) {
    if (ENDING.compareAndSet(false, true)) {
      System.exit(code);
    }
    while (true) {
      LockSupport.park(CLEANUPS);
    }
  }
}
