package fp8sim.cli.frame;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void writesPlainLinesElsewhere() {
    runTask(new ConsoleProgress(err, false));
    assertThat(text()).matches("images: 300 of 300, [0-9.]+ s\n").doesNotContain("\r");
  }

  @Test
  void movesABarOnATerminal() {
    runTask(new ConsoleProgress(err, true));
    assertThat(text()).contains("\r", "images", "100%", "300/300");
  }

  private static void runTask(Progress progress) {
    try (Progress.Meter meter = progress.start("images", 300)) {
      meter.advance(100);
      meter.advance(200);
    }
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
