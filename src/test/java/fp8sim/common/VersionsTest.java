package fp8sim.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Texts that cannot take a version from the build name the same one. */
class VersionsTest {
  private static final Pattern TORNADO = Pattern.compile("[0-9]+(\\.[0-9]+)+-jdk[0-9]+");

  @Test
  void documentsNameTheTornadoVmOfTheBuild() throws IOException {
    List<Path> documents;
    try (Stream<Path> files = Stream.concat(Stream.of(Path.of("README.md")), markdown("docs"))) {
      documents = files.toList();
    }
    assertThat(documents).hasSizeGreaterThan(1);
    for (Path document : documents) {
      assertThat(found(TORNADO, document)).as(document + "").allMatch(Versions.TORNADO::equals);
    }
  }

  @Test
  void theWorkflowInstallsTheJavaOfTheBuild() throws IOException {
    assertThat(Files.readString(Path.of(".github/workflows/verify.yml")))
        .containsPattern("java-version: \\|\\s+" + Versions.JAVA + "\n")
        .contains("JAVA_HOME_" + Versions.JAVA + "_X64");
  }

  @SuppressWarnings("StreamResourceLeak") // the caller closes it
  private static Stream<Path> markdown(String folder) throws IOException {
    return Files.walk(Path.of(folder)).filter(file -> file.toString().endsWith(".md"));
  }

  private static List<String> found(Pattern pattern, Path file) throws IOException {
    return pattern.matcher(Files.readString(file)).results().map(MatchResult::group).toList();
  }
}
