package fp8sim.common;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What the user should know about a run, each line once. */
public final class Notes {
  private final Consumer<String> sink;
  private final Set<String> told = new HashSet<>();

  /**
   * Nothing told yet.
   *
   * @param sink takes one line
   */
  public Notes(Consumer<String> sink) {
    this.sink = sink;
  }

  /** Tells the lines that were not told yet. */
  public void add(List<String> lines) {
    lines.stream().filter(told::add).forEach(sink);
  }
}
