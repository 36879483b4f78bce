package fp8sim.common;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;

/**
 * Optional models and data beside the project, in the folder that the system property {@code
 * fp8sim.shared} names. Tests that need them are skipped without it.
 */
@NullMarked
public final class SharedFiles {
  private static final String PROPERTY = "fp8sim.shared";

  private SharedFiles() {}

  /** Returns {@code relative} in the shared folder, or skips the test that asks for it. */
  public static Path require(String relative) {
    String folder = System.getProperty(PROPERTY);
    assumeTrue(folder != null, "needs " + relative + ": set -D" + PROPERTY + "=FOLDER");
    Path file = Path.of(String.valueOf(folder), relative);
    assumeTrue(Files.exists(file), "needs " + file);
    return file;
  }
}
