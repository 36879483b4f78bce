package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import fp8sim.experiment.PlanFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/cli.md} says what {@code --help} says. */
class CommandLineDocumentTest {
  private static final Path DOCUMENT = Path.of("docs", "cli.md");

  private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z-]+)  +\\S");
  private static final Pattern OPTION = Pattern.compile("(?m)^  (--[a-z-]+)(?: |$)");
  private static final Pattern DOCUMENTED = Pattern.compile("(?<![\\w-])(--[a-z][a-z-]*)");
  private static final Pattern CHOICES = Pattern.compile("NAME ([^(]*): ([a-z-]+(?:, [a-z-]+)+) ");

  /** Those that are no command's. */
  private static final Set<String> OF_THE_PROGRAM = Set.of("--version");

  @TempDir Path folder;

  private static String help(String... words) {
    Cli cli = Cli.run((Object[]) words);
    assertThat(cli.exitCode()).isEqualTo(ExitCode.SUCCESS);
    return cli.out();
  }

  private static List<String> commands() {
    String overview = help("--help");
    String list = overview.substring(overview.indexOf("Commands:"), overview.indexOf("\n\nInter"));
    return found(COMMAND, list).toList();
  }

  private static Stream<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1));
  }

  @Test
  void itNamesEveryCommand() throws IOException {
    String document = Files.readString(DOCUMENT);
    assertThat(commands()).hasSizeGreaterThan(10);
    for (String command : commands()) {
      assertThat(document).contains("| `" + command + "` | ");
    }
  }

  @Test
  void itNamesEveryOptionAndNoOther() throws IOException {
    Set<String> options = new TreeSet<>(OF_THE_PROGRAM);
    for (String command : commands()) {
      String help = help(command, "--help");
      found(OPTION, help.substring(0, help.indexOf("\nExamples:"))).forEach(options::add);
    }
    Set<String> documented =
        found(DOCUMENTED, Files.readString(DOCUMENT))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(options);
  }

  /** Values of options are listed in the row that starts with the option. */
  @Test
  void itNamesEveryValueOfOptionsThatHaveFew() throws IOException {
    String document = Files.readString(DOCUMENT);
    String help = help("eval", "--help");
    String numerics = help.substring(help.indexOf("\nNumerics:"), help.indexOf("\nCalibration:"));
    int rows = 0;
    for (String entry : numerics.split("\n  (?=--)", 0)) {
      String flat = entry.replaceAll("\\s+", " ");
      List<MatchResult> choices = CHOICES.matcher(flat).results().toList();
      if (!choices.isEmpty()) {
        String option = flat.substring(0, flat.indexOf(' '));
        String row = row(document, option);
        for (String value : choices.getFirst().group(2).split(", ", 0)) {
          assertThat(row).as(option).contains("`" + value + "`");
        }
        rows++;
      }
    }
    assertThat(rows).isGreaterThan(8);
  }

  private static String row(String document, String option) {
    return document
        .lines()
        .filter(line -> line.startsWith("| `" + option))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row for " + option));
  }

  @Test
  void itsPlanIsOne() throws IOException {
    String document = Files.readString(DOCUMENT);
    String plan =
        document
            .substring(document.indexOf("## Sweep plans"))
            .lines()
            .dropWhile(line -> !line.startsWith("    "))
            .takeWhile(line -> line.startsWith("    "))
            .collect(Collectors.joining("\n"));
    Path file = folder.resolve("plan.json");
    Files.writeString(file, plan);
    assertThat(PlanFile.read(file.toString()).name()).isEqualTo("mine");
  }
}
