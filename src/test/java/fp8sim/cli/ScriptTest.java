package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script {@code fp8sim} answers before anything is built. */
class ScriptTest {
  private static final Path OVERVIEW = Path.of("docs/help.txt");

  @TempDir Path checkout;

  @Test
  void theCommittedOverviewIsThatOfTheProgram() throws IOException {
    assertThat(Files.readString(OVERVIEW))
        .as("after mvn package: java -jar target/fp8sim.jar --help >" + OVERVIEW)
        .isEqualTo(Cli.run("--help").out())
        .matches("\\p{ASCII}+");
  }

  /** In a folder without sources, a build would fail. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--help", "-h", "help", "--version", "version"})
  void answersAsTheProgramDoesWithoutBuilding(String word) throws Exception {
    Files.createDirectory(checkout.resolve("docs"));
    for (Path file : List.of(Path.of("fp8sim"), Path.of("pom.xml"), OVERVIEW)) {
      Files.copy(file, checkout.resolve(file));
    }
    List<String> words = word.isEmpty() ? List.of() : List.of(word);
    Cli expected = Cli.run(words.toArray());

    File out = checkout.resolve("out.txt").toFile();
    File err = checkout.resolve("err.txt").toFile();
    List<String> command = new ArrayList<>(List.of("sh", checkout.resolve("fp8sim") + ""));
    command.addAll(words);
    Process script = new ProcessBuilder(command).redirectOutput(out).redirectError(err).start();
    assertThat(script.waitFor()).isEqualTo(expected.exitCode().code());
    assertThat(out).hasContent(expected.out());
    assertThat(err).hasContent(expected.err());
  }
}
