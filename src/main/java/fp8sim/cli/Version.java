package fp8sim.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The version of this program. */
final class Version {
  private Version() {}

  static String text() {
    try (InputStream stream = Version.class.getResourceAsStream("/fp8sim/version.txt")) {
      byte[] text = Objects.requireNonNull(stream, "version.txt").readAllBytes();
      return new String(text, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
