package fp8sim.cli.frame;

import fp8sim.common.DisplayText;
import fp8sim.common.Progress;
import java.io.PrintStream;

/**
 * One call of a command.
 *
 * @param arguments its options and operands
 * @param out where results go
 * @param err where everything else goes
 * @param progress where long work tells how far it is
 * @param result what {@code --json} writes when the command has run
 */
public record Invocation(
    Arguments arguments, PrintStream out, PrintStream err, Progress progress, Result result) {

  /** Prints one line of advice that may hold names from files. */
  public void note(String text) {
    err.println(DisplayText.printable(text));
  }
}
