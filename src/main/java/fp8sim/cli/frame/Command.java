package fp8sim.cli.frame;

import fp8sim.common.ExitCode;
import java.io.IOException;
import java.util.List;

/** One subcommand. */
public interface Command {
  /** What the user types. */
  String name();

  /** One line for the overview, without a full stop. */
  String summary();

  /** What follows the options in the usage line, such as {@code DIR...}; empty for nothing. */
  default String operands() {
    return "";
  }

  /** The options besides those of every command, in the order that the help shows. */
  List<OptionSection> options();

  /** Whole command lines, the simplest first. */
  List<String> examples();

  /** What the help says after the examples, in whole lines; empty for nothing. */
  default String details() {
    return "";
  }

  /**
   * Does the work. Results go to {@link Invocation#out()}, the rest to {@link Invocation#err()}.
   *
   * @throws fp8sim.common.Fp8simException for what the user can mend
   */
  ExitCode run(Invocation invocation) throws IOException, InterruptedException;
}
