package fp8sim.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JvmCommandTest {
  /** The launcher cannot use the names of a class that an old Java does not load. */
  @Test
  void theLauncherHasTheSameNames() {
    assertThat(List.of(Launcher.MAIN, Launcher.PARENT, Launcher.ENCODED_WORDS))
        .containsExactly(JvmCommand.PROGRAM, JvmCommand.PARENT, JvmCommand.ENCODED_WORDS);
  }

  @Test
  void optionsComeBeforeTheClassPathAndWordsLast() {
    JvmCommand command = new JvmCommand("java", List.of("-Xmx1g")).with(List.of("-Da=b"));
    assertThat(command.line("Some", List.of("two words", "-Xmx2g")))
        .containsExactly(
            "java",
            "-Xmx1g",
            "-Da=b",
            "-cp",
            System.getProperty("java.class.path"),
            "Some",
            "two words",
            "-Xmx2g");
  }

  @Test
  void anotherJvmWatchesThisProcess() {
    String parent = "-Dfp8sim.parent=" + ProcessHandle.current().pid();
    assertThat(JvmCommand.likeThisOne().options()).noneMatch(o -> o.startsWith("-Dfp8sim.parent"));
    assertThat(JvmCommand.likeThisOne().endingWithThis().options()).containsOnlyOnce(parent);
  }
}
