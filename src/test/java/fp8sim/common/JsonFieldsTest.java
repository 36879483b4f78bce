package fp8sim.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {
  @Test
  void readsEveryType() {
    JsonFields fields =
        parse("{\"s\": \"x\", \"i\": 3, \"n\": 0.5, \"a\": [1, 2], \"o\": {\"k\": 1e2}}");
    assertThat(fields.string("s")).isEqualTo("x");
    assertThat(fields.integer("i", 0, 3)).isEqualTo(3);
    assertThat(fields.number("n")).isEqualTo(0.5);
    assertThat(fields.numbers("n")).containsExactly(0.5);
    assertThat(fields.numbers("a")).containsExactly(1, 2);
    assertThat(fields.integers("a", 1, 2)).containsExactly(1, 2);
    assertThat(fields.object("o").integer("k", 0, 100)).isEqualTo(100);
    assertThat(fields.integer("absent", 0, 1, 7)).isEqualTo(7);
    fields.finish();
  }

  @Test
  void wrongTypesNameFileAndKey() {
    assertFails("{\"k\": 1}", f -> f.string("k"), "\"k\" must be a string");
    assertFails(
        "{\"k\": \"1\"}", f -> f.integer("k", 0, 9), "\"k\" must be an integer from 0 to 9");
    assertFails("{\"k\": 1.5}", f -> f.integer("k", 0, 9), "\"k\" must be an integer from 0 to 9");
    assertFails("{\"k\": 10}", f -> f.integer("k", 0, 9), "\"k\" must be an integer from 0 to 9");
    assertFails("{\"k\": null}", f -> f.number("k"), "\"k\" must be a number");
    assertFails("{\"k\": 1e999}", f -> f.number("k"), "\"k\" must be a number");
    assertFails("{\"k\": []}", f -> f.numbers("k"), "\"k\" must be a number, or an array");
    assertFails("{\"k\": [1, \"\"]}", f -> f.numbers("k"), "\"k[1]\" must be a number");
    assertFails("{\"k\": {}}", f -> f.object("k").string("l"), "\"k.l\" is missing");
    assertFails("{\"k\": [3]}", f -> f.objects("k"), "\"k[0]\" must be an object");
    assertFails("{\"schema\": 2}", f -> f.checkSchema(1), "\"schema\" is 2; this fp8sim reads 1");
  }

  @Test
  void unknownKeysAreRefusedWithTheKnownOnes() {
    assertFails(
        "{\"imges\": 1, \"labels\": 2}",
        fields -> {
          assertThat(fields.has("images")).isFalse();
          fields.integer("labels", 0, 9);
          fields.finish();
        },
        "unknown key \"imges\"; known are images, labels");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{'k': 1}",
        "{\"k\": 1,}",
        "{\"k\": 1} {}",
        "{k: 1}",
        "{\"k\": NaN}"
      })
  void onlyOneStrictObjectIsRead(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith("x.json: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void deepNestingIsRefused() {
    assertThatThrownBy(() -> parse("{\"k\": " + "[".repeat(100_000)))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith("x.json: ");
  }

  @Test
  void missingFilesAreNamed(@TempDir Path folder) {
    Path file = folder.resolve("none.json");
    assertThatThrownBy(() -> JsonFields.read(file)).hasMessage(file + ": no such file");
    assertThatThrownBy(() -> JsonFields.read(folder))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith(folder + ": ");
  }

  private static void assertFails(String text, Consumer<JsonFields> read, String message) {
    JsonFields fields = parse(text);
    assertThatThrownBy(() -> read.accept(fields))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith("x.json: " + message);
  }

  private static JsonFields parse(String text) {
    return JsonFields.parse("x.json", text);
  }
}
