package fp8sim.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the user should know about a run, each line once. */
final class Notes {
  private final Invocation invocation;
  private final Set<String> told = new HashSet<>();

  Notes(Invocation invocation) {
    this.invocation = invocation;
  }

  /** Tells the lines that were not told yet. */
  void add(List<String> lines) {
    lines.stream().filter(told::add).forEach(invocation::note);
  }
}
