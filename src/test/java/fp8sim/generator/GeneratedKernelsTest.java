package fp8sim.generator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class GeneratedKernelsTest {
  private static Stream<SourceFile> files() {
    return KernelGenerator.files().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void whatIsCommittedIsWhatTheGeneratorWrites(SourceFile file) {
    assertThat(KernelGenerator.path(file))
        .as("%s is generated; with Java 25, write it anew by: %s", file, KernelGenerator.COMMAND)
        .hasBinaryContent(file.content().getBytes(UTF_8));
  }
}
