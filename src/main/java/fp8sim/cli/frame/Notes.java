package fp8sim.cli.frame;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the user should know about a run, each line once. */
public final class Notes {
  private final Invocation invocation;
  private final Set<String> told = new HashSet<>();

  public Notes(Invocation invocation) {
    this.invocation = invocation;
  }

  /** Tells the lines that were not told yet. */
  public void add(List<String> lines) {
    lines.stream().filter(told::add).forEach(invocation::note);
  }
}
