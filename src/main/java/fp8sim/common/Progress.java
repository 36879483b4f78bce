package fp8sim.common;

/** Where long work tells how far it is. Implementations may be called from any thread. */
@FunctionalInterface
public interface Progress {
  /** Shows nothing. */
  Progress NONE = (task, total) -> Meter.SILENT;

  /**
   * Begins a task.
   *
   * @param task what is done, in a few words
   * @param total how many steps there are, or -1 if that is not known
   */
  Meter start(String task, long total);

  /** One task under way; closed when the task ends, however it ends. */
  interface Meter extends AutoCloseable {
    Meter SILENT =
        new Meter() {
          @Override
          public void advance(long steps) {}

          @Override
          public void close() {}
        };

    /** Counts {@code steps} more steps as done. */
    void advance(long steps);

    @Override
    void close();
  }
}
