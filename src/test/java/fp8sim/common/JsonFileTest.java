package fp8sim.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[1]",
        "3",
        "{",
        "{'a': 1}",
        "{\"a\": NaN}",
        "{\"a\": 1} {}",
        "{\"a\": 01}",
        "{\"a\": 1,}"
      })
  void refusesWhatIsNotOneStrictObject(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), text);
    assertThatThrownBy(() -> JsonFile.read(file))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith(file.toString())
        .extracting("exitCode")
        .isEqualTo(ExitCode.INPUT);
  }

  @Test
  void refusesDeepNesting() {
    assertThatThrownBy(() -> JsonFile.parse("x", "{\"a\":".repeat(100_000)))
        .isInstanceOf(Fp8simException.class);
  }

  @Test
  void namesMissingAndUndecodableFiles() throws IOException {
    Path missing = folder.resolve("none.json");
    assertThatThrownBy(() -> JsonFile.read(missing)).hasMessage(missing + ": no such file");
    Path binary = Files.write(folder.resolve("binary.json"), new byte[] {'{', '"', (byte) 0xff});
    assertThatThrownBy(() -> JsonFile.read(binary)).hasMessageStartingWith(binary.toString());
  }

  @Test
  void readsWhatItWrites() {
    Path file = folder.resolve("x.json");
    var json = JsonFile.parse("text", "{\"a\": [1, 2.50, \"<>\"], \"b\": null}");
    JsonFile.write(file, json);
    assertThat(JsonFile.read(file)).isEqualTo(json);
  }

  @Test
  void namesKeysThatAreGivenTwice() {
    assertThatThrownBy(() -> JsonFile.parse("x", "{\"a\": 1, \"b\": 2, \"a\": 1}"))
        .hasMessage("x: \"a\" is given twice; keep one of them");
    assertThatThrownBy(() -> JsonFile.parse("x", "{\"a\": [{}, {\"b\": 1, \"b\": null}]}"))
        .isInstanceOf(Fp8simException.class)
        .hasMessage("x: \"a[1].b\" is given twice; keep one of them");
  }
}
