package fp8sim.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UserPathTest {
  @Test
  void textsBecomePaths() {
    assertThat(UserPath.of("--model", "a/b.onnx")).isEqualTo(Path.of("a", "b.onnx"));
    assertThat(UserPath.inFile("data.json", "")).isEqualTo(Path.of(""));
  }

  @Test
  void impossibleOnesAreRefused() {
    assertThatThrownBy(() -> UserPath.of("--model", "a\0b"))
        .hasMessage("--model: 'a\\0b' is not a file name")
        .extracting("exitCode")
        .isEqualTo(ExitCode.USAGE);
    assertThatThrownBy(() -> UserPath.inFile("data.json", "a\0b"))
        .hasMessage("data.json: 'a\\0b' is not a file name")
        .extracting("exitCode")
        .isEqualTo(ExitCode.INPUT);
    assertThatThrownBy(() -> UserPath.of("merge", ""))
        .hasMessage("merge: the name of a file or folder is missing")
        .extracting("exitCode")
        .isEqualTo(ExitCode.USAGE);
  }
}
