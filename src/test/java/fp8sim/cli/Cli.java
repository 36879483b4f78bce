package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import fp8sim.common.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The program as a user calls it, in this JVM. */
record Cli(ExitCode exitCode, String out, String err) {
  /** Runs one command line; arguments are turned into words by {@code toString}. */
  static Cli run(Object... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    ExitCode exitCode =
        new Main(Commands.ALL, outStream, errStream, Progress.NONE)
            .run(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    return new Cli(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Checks that the program ended with one line on stderr that says all of {@code parts}. */
  void refuses(ExitCode expected, Object... parts) {
    assertThat(err.lines()).as(err).hasSize(1);
    assertThat(err).startsWith("fp8sim: ").hasSizeLessThan(1000);
    for (Object part : parts) {
      assertThat(err).contains(part.toString());
    }
    assertThat(exitCode).as(err).isEqualTo(expected);
  }
}
