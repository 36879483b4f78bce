package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/multipliers.md}. */
class FiveMinutesTest {
  private static final String COMMAND = "fp8sim ";

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> commandsRun() throws IOException {
    List<String> commands =
        Files.readAllLines(Path.of("docs", "multipliers.md")).stream()
            .filter(line -> line.startsWith("    "))
            .map(String::strip)
            .filter(line -> line.startsWith(COMMAND))
            .toList();
    assertThat(commands).hasSize(5);
    return commands.stream().map(line -> DynamicTest.dynamicTest(line, () -> run(line)));
  }

  private void run(String line) {
    Object[] words =
        Arrays.stream(line.substring(COMMAND.length()).split(" ", -1))
            .map(word -> word.matches("compared\\.\\w+") ? folder.resolve(word) : word)
            .toArray();
    Cli cli = Cli.run(words);
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(cli.out()).isNotBlank();
  }
}
