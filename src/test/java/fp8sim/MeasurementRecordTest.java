package fp8sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code docs/measurements/record} in a copy of the project whose program is a stand-in. */
@Timeout(60)
class MeasurementRecordTest {
  private static final Path SCRIPT = Path.of("docs/measurements/record");

  /** Prints its arguments, one a line, or fails if the first one says so. */
  private static final String STAND_IN =
      """
      #!/bin/sh
      case $1 in
      devices) echo 'OpenJDK Runtime Environment Stand-in (build 25)' >&2 ;;
      fail) echo 'half a result'; exit 3 ;;
      *) for argument; do echo "got <$argument>"; done ;;
      esac
      """;

  private record Outcome(int exitCode, String output) {}

  @TempDir Path project;
  private Path measurements;

  @BeforeEach
  void copyScript() throws IOException {
    measurements = Files.createDirectories(project.resolve("docs/measurements"));
    Files.copy(SCRIPT, project.resolve(SCRIPT));
    Path program = Files.writeString(project.resolve("fp8sim"), STAND_IN);
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void recordsCommandsAndOutputsInOneDatedFile() throws Exception {
    Outcome outcome =
        record("net-1", "--", "eval", "--model", "it's $HOME/net.onnx", "--", "bench", "gemm");

    assertThat(outcome.exitCode).as(outcome.output).isZero();
    Path file = onlyFile();
    assertThat(file.getFileName().toString()).matches("\\d{4}-\\d{2}-\\d{2}-net-1\\.md");
    assertThat(outcome.output).isEqualTo("docs/measurements/" + file.getFileName() + "\n");
    assertThat(Files.readString(file))
        .startsWith("# net-1, 20")
        .containsPattern("\n\\| processor \\| \\S")
        .containsPattern("\n\\| vector extensions \\| \\S")
        .containsPattern("\n\\| cores \\| [1-9]")
        .containsPattern("\n\\| operating system \\| \\S")
        .contains("\n| JDK | OpenJDK Runtime Environment Stand-in (build 25) |\n")
        .containsPattern("\n\\| load before \\| \\S")
        .containsPattern("\n\\| load after \\| [^@]")
        .endsWith(
            """

                ./fp8sim eval --model 'it'\\''s $HOME/net.onnx'

                got <eval>
                got <--model>
                got <it's $HOME/net.onnx>

                ./fp8sim bench gemm

                got <bench>
                got <gemm>
            """);
  }

  @Test
  void aCommandThatFailsLeavesNoFile() throws Exception {
    Outcome outcome = record("net", "--", "eval", "--", "fail", "--now", "--", "bench");

    assertThat(outcome.exitCode).isEqualTo(3);
    assertThat(outcome.output)
        .isEqualTo("record: exit code 3 of ./fp8sim fail --now: nothing is recorded\n");
    assertThat(files()).isEmpty();
  }

  @Test
  void keepsAnEarlierMeasurementOfTheSameName() throws Exception {
    assertThat(record("net", "--", "eval").exitCode).isZero();
    String earlier = Files.readString(onlyFile());

    Outcome outcome = record("net", "--", "bench");

    assertThat(outcome.exitCode).isEqualTo(2);
    assertThat(outcome.output).contains("exists; choose another name");
    assertThat(Files.readString(onlyFile())).isEqualTo(earlier);
  }

  @Test
  void refusesWrongUseBeforeItRunsAnything() throws Exception {
    for (String words :
        List.of("net", "net eval", "net --", "net -- eval --", "net -- -- eval", "a/b -- eval")) {
      Outcome outcome = record(words.split(" "));
      assertThat(outcome.exitCode).as(words).isEqualTo(2);
      assertThat(outcome.output).as(words).startsWith("record: ").hasLineCount(1);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void tellsTheCommitAndWhetherThereAreChanges() throws Exception {
    assumeTrue(hasGit(), "git is installed");
    call("git", "init", "-q");
    call("git", "add", "-A");
    call("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "Begin");
    String commit = call("git", "rev-parse", "HEAD").output.strip();

    record("clean", "--", "eval");
    assertThat(Files.readString(onlyFile()))
        .contains("\n| commit | " + commit + ", no uncommitted changes |\n");

    Files.delete(onlyFile());
    Files.writeString(project.resolve("fp8sim"), STAND_IN + "# changed\n");
    record("changed", "--", "eval");
    assertThat(Files.readString(onlyFile()))
        .contains("\n| commit | " + commit + ", with uncommitted changes |\n");
  }

  private boolean hasGit() throws InterruptedException {
    try {
      return call("git", "--version").exitCode == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Outcome record(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", SCRIPT.toString()));
    command.addAll(List.of(arguments));
    return call(command.toArray(String[]::new));
  }

  /** Runs a command in the project's folder; its output holds what it says on both streams. */
  private Outcome call(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
    builder.environment().put("GIT_CEILING_DIRECTORIES", project.getParent().toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  /** What the folder of measurements holds besides the script, hidden files too. */
  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(measurements)) {
      return files.filter(file -> !file.endsWith("record")).toList();
    }
  }

  private Path onlyFile() throws IOException {
    assertThat(files()).hasSize(1);
    return files().getFirst();
  }
}
