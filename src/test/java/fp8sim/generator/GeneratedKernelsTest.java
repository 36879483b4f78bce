package fp8sim.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class GeneratedKernelsTest {
  private static Stream<SourceFile> files() {
    return KernelGenerator.files().stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatIsCommittedIsWhatTheGeneratorWrites(SourceFile file) throws IOException {
    assertThat(KernelGenerator.path(file))
        .as("a generated file; this writes it anew, with Java 25: %s", KernelGenerator.COMMAND)
        .hasContent(file.content());
  }
}
