package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.CommonOptions;
import fp8sim.common.UserOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Options that messages name are options that commands have, and only the type spells them. */
class UserOptionTest {
  private static final Path SOURCES = Path.of("src/main/java/fp8sim");
  private static final List<String> OWN_WORDS = List.of("cli", "bench", "launch");
  private static final Pattern SPELLED = Pattern.compile("\"[^\"]*(?<![\\w-])--[a-z][^\"]*\"");

  @Test
  void commandsHaveWhatMessagesName() {
    Set<String> declared =
        Commands.ALL.stream()
            .flatMap(command -> command.options().stream())
            .flatMap(section -> section.options().stream())
            .map(CliOption::name)
            .collect(Collectors.toSet());
    CommonOptions.SECTION.options().forEach(option -> declared.add(option.name()));
    assertThat(declared)
        .contains(Stream.of(UserOption.values()).map(UserOption::key).toArray(String[]::new));
  }

  @Test
  void noRoomBelowTheCommandLineSpellsAnOption() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<String> spelled =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !OWN_WORDS.contains(SOURCES.relativize(file).getName(0).toString()))
              .flatMap(UserOptionTest::spelled)
              .toList();
      assertThat(spelled).isEmpty();
    }
  }

  private static Stream<String> spelled(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.strip().startsWith("*") && !line.strip().startsWith("//"))
          .filter(line -> SPELLED.matcher(line).find())
          .map(line -> file.getFileName() + ": " + line.strip());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
