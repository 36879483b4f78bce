package fp8sim;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;

/**
 * Optional models and data beside the project. Tests that need them are skipped where they are
 * absent; the folder is the system property {@code fp8sim.shared}.
 */
@NullMarked
public final class SharedFiles {
  private SharedFiles() {}

  /** Returns {@code relative} in the shared folder, or skips the test that asks for it. */
  public static Path require(String relative) {
    Path file = Path.of(System.getProperty("fp8sim.shared", "../shared")).resolve(relative);
    assumeTrue(Files.exists(file), "needs " + file + " (set -Dfp8sim.shared=FOLDER)");
    return file;
  }
}
