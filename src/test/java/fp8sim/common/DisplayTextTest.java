package fp8sim.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayTextTest {
  @ParameterizedTest
  @ValueSource(
      ints = {0, 7, 8, 9, 10, 13, 27, 0x7F, 0x85, 0x9B, 0x200B, 0x2028, 0x2029, 0x202E, 0x2066})
  void whatDoesNotShowItselfBecomesAQuestionMark(int hidden) {
    assertThat(DisplayText.printable("a" + Character.toString(hidden) + "b")).isEqualTo("a?b");
  }

  @Test
  void lettersOfAllLanguagesStay() {
    String text = "layer1/größe 層 🙂 [2,3]";
    assertThat(DisplayText.printable(text)).isSameAs(text);
  }

  @Test
  void halvesOfCharactersDoNotStay() {
    assertThat(DisplayText.printable("\uD83D.\uDE42")).isEqualTo("?.?");
  }

  @Test
  void longNamesAreCutBetweenCharacters() {
    assertThat(DisplayText.name("x".repeat(200))).hasSize(200);
    assertThat(DisplayText.name("x".repeat(201))).isEqualTo("x".repeat(200) + "…");
    assertThat(DisplayText.cut("ab🙂cd", 3)).isEqualTo("ab…");
  }
}
