package fp8sim.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path folder;

  @Test
  void replacesTheFileAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("result.txt");
    OutputFile.write(file, "first");
    OutputFile.write(file, "second");
    assertThat(file).hasContent("second");
    assertThat(file.getParent()).isDirectoryContaining(f -> f.equals(file));
    assertThat(files(file.getParent())).hasSize(1);
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
    assertThat(files(folder)).containsExactly(file);
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
    assertThatThrownBy(() -> OutputFile.check(folder.resolve("none/result.json")))
        .hasMessageEndingWith("the folder it lies in does not exist; create that first")
        .extracting("exitCode")
        .isEqualTo(ExitCode.OUTPUT);
    assertThatThrownBy(() -> OutputFile.write(folder.resolve("none/result.json"), "text"))
        .hasMessageEndingWith("the folder it lies in does not exist; create that first");
    OutputFile.check(folder.resolve("result.json"));
    assertThat(files(folder)).containsExactly(file);
  }

  @Test
  void makesOneFolderAndNoMore() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path deep = folder.resolve("none/deep");
    assertThatThrownBy(() -> OutputFile.checkFolder(file)).hasMessageEndingWith("is no folder");
    assertThatThrownBy(() -> OutputFile.checkFolder(deep)).hasMessageContaining("does not exist");
    assertThatThrownBy(() -> OutputFile.createFolder(deep)).hasMessageContaining("does not exist");
    OutputFile.checkFolder(folder.resolve("none"));
    assertThat(files(folder)).containsExactly(file);
    OutputFile.createFolder(folder.resolve("none"));
    OutputFile.createFolder(deep);
    OutputFile.createFolder(deep);
    assertThat(deep).isEmptyDirectory();
  }

  /** Whoever can write to the folder cannot have put a link where the next file will be. */
  @Test
  void temporaryFilesAreNewAndNotForeseen() throws IOException {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      OutputFile.write(
          folder.resolve("result.txt"),
          stream -> {
            try (Stream<Path> files = Files.list(folder)) {
              files
                  .map(f -> f.getFileName().toString())
                  .filter(n -> n.startsWith("."))
                  .forEach(names::add);
            }
          });
    }
    assertThat(names).hasSize(3).allMatch(name -> name.matches("\\.fp8sim-[0-9a-f-]{36}\\.tmp"));
  }

  @Test
  void aNameOf255BytesCanBeWritten() throws IOException {
    Path file = folder.resolve("x".repeat(255));
    OutputFile.write(file, "text");
    assertThat(file).hasContent("text");
  }

  @Test
  void devicesAreNotReplaced() throws IOException {
    Path nothing = Path.of("/dev/null");
    assumeTrue(Files.exists(nothing), "needs /dev/null");
    OutputFile.check(nothing);
    OutputFile.write(nothing, "text");
    assertThat(Files.isRegularFile(nothing)).isFalse();
    assertThatThrownBy(() -> OutputFile.check(Path.of("/proc/none")))
        .hasMessage("cannot write /proc/none: no such device or descriptor");
    Path link = Files.createSymbolicLink(folder.resolve("link"), nothing);
    OutputFile.write(link, "text");
    assertThat(link).isSymbolicLink();
    assertThat(Files.isRegularFile(nothing)).isFalse();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
