package fp8sim.cli.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DisplayStreamTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream =
      new DisplayStream(new PrintStream(bytes, true, StandardCharsets.UTF_8));

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void controlCharactersNeverGetThrough() {
    String evil = "a\u001b[2J\u009b1m\r\u202eb";
    stream.print(evil);
    stream.println(evil);
    stream.println((Object) evil);
    stream.printf(Locale.ROOT, "%s %d%n", evil, 7);
    stream.append(evil).append('\u001b');
    stream.print(evil.toCharArray());
    stream.print('\u0007');
    assertThat(shown()).doesNotContainPattern("[\\p{Cntrl}\u009b\u202e&&[^\n]]");
    assertThat(shown()).startsWith("a?[2J?1m??ba?[2J?1m??b\n");
  }

  @Test
  void linesAndTabsStay() {
    stream.print("a\n\tb\n\nc\n");
    assertThat(shown()).isEqualTo("a\n\tb\n\nc\n");
  }

  @Test
  void longLinesAreCut() {
    stream.print("x".repeat(3000) + "\n" + "y".repeat(2000) + "\n");
    assertThat(shown()).isEqualTo("x".repeat(2000) + "…\n" + "y".repeat(2000) + "\n");
  }

  @Test
  void writtenBytesPass() {
    byte[] raw = "\u001b{".getBytes(StandardCharsets.UTF_8);
    stream.write(raw, 0, raw.length);
    stream.flush();
    assertThat(shown()).isEqualTo("\u001b{");
  }
}
