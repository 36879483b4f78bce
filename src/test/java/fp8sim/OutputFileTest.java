package fp8sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path folder;

  @Test
  void replacesTheFileAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("new/result.txt");
    OutputFile.write(file, "first");
    OutputFile.write(file, "second");
    assertThat(file).hasContent("second");
    assertThat(file.getParent()).isDirectoryContaining(f -> f.equals(file));
    assertThat(Files.list(file.getParent())).hasSize(1);
  }

  @Test
  void keepsTheEarlierFileWhenWritingFails() throws IOException {
    Path file = Files.writeString(folder.resolve("result.txt"), "earlier");
    assertThatThrownBy(
            () ->
                OutputFile.write(
                    file,
                    stream -> {
                      stream.write(1);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(Fp8simException.class)
        .hasMessage("cannot write " + file + ": No space left on device")
        .extracting("exitCode")
        .isEqualTo(ExitCode.OUTPUT);
    assertThat(file).hasContent("earlier");
    assertThat(Files.list(folder)).containsExactly(file);
  }

  @Test
  void writesThroughLinks() throws IOException {
    Path file = Files.writeString(folder.resolve("real.txt"), "earlier");
    Path link = Files.createSymbolicLink(folder.resolve("link.txt"), file);
    OutputFile.write(link, "later");
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("later");
  }

  @Test
  void reportsFullDevices() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "needs /dev/full");
    assertThatThrownBy(() -> OutputFile.write(full, "text"))
        .hasMessageContaining("cannot write /dev/full")
        .extracting("exitCode")
        .isEqualTo(ExitCode.OUTPUT);
  }

  @Test
  void checksFoldersBeforeLongWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> OutputFile.check(folder)).hasMessageEndingWith("is a folder");
    assertThatThrownBy(() -> OutputFile.check(file.resolve("below/result.json")))
        .hasMessageStartingWith("cannot write " + file);
    OutputFile.check(folder.resolve("deep/down/result.json"));
    assertThat(folder.resolve("deep/down")).isEmptyDirectory();
  }
}
