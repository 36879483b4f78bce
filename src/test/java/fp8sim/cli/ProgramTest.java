package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import fp8sim.common.JsonFile;
import fp8sim.launch.Launcher;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program in a process of its own: what depends on locale, language and descriptors. */
@Timeout(120)
class ProgramTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  /** How a shell without any locale writes a name in UTF-8: e with an acute accent. */
  private static final String ACCENT = "\\303\\251";

  @TempDir Path folder;

  private record Ended(int code, String out, String err) {}

  private Ended run(List<String> command, Map<String, String> environment) throws Exception {
    File out = folder.resolve("out.txt").toFile();
    File err = folder.resolve("err.txt").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
    builder.directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Ended(code, text(out), text(err));
  }

  private static String text(File file) throws IOException {
    return Files.readString(file.toPath(), StandardCharsets.UTF_8);
  }

  private static List<String> java(String mainClass, String... options) {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(Arrays.asList(options));
    command.addAll(List.of("-cp", classPath(), mainClass));
    return command;
  }

  private static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  private static List<String> program(String... options) {
    List<String> all = new ArrayList<>(List.of("--add-modules=jdk.incubator.vector"));
    all.addAll(Arrays.asList(options));
    return java(Main.class.getName(), all.toArray(String[]::new));
  }

  private static List<String> with(List<String> command, String... words) {
    List<String> all = new ArrayList<>(command);
    all.addAll(Arrays.asList(words));
    return all;
  }

  /** A shell that puts a name with an accent where the command has {@code NAME}. */
  private static List<String> inShell(List<String> command) {
    StringBuilder line = new StringBuilder("name=$(printf '" + ACCENT + "'); ");
    for (String word : command) {
      line.append('\'').append(word.replace("NAME", "'\"$name\"'")).append("' ");
    }
    return List.of("sh", "-c", line.toString());
  }

  @Test
  void theLauncherReadsNamesInPosixLocales() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/cmdline")), "needs the words as Linux keeps them");
    List<String> quantize =
        inShell(
            with(
                java(Launcher.class.getName()),
                "multiplier",
                "mitchell",
                "--format",
                "e2m1",
                "--table",
                "tableNAME + 100%.npy",
                "--json",
                "result.json"));
    for (Map<String, String> locale :
        List.of(Map.<String, String>of(), Map.of("LC_ALL", "C"), Map.of("LC_ALL", "POSIX"))) {
      Ended ended = run(quantize, locale);
      assertThat(ended.code()).as(ended.err()).isZero();
      JsonObject json = JsonFile.read(folder.resolve("result.json"));
      assertThat(json.getAsJsonObject("configuration").get("table").getAsString())
          .isEqualTo("table\u00e9 + 100%.npy");
      List<String> shown =
          with(List.of("sh", "-c"), "test -f \"table$(printf '" + ACCENT + "') + 100%.npy\"");
      assertThat(run(shown, Map.of()).code()).isZero();
    }
  }

  @Test
  void namesThatCannotBeReadAreOneLine() throws Exception {
    List<String> inspect = inShell(with(program(), "inspect", "--model", "NAME.onnx"));
    Ended ended = run(inspect, Map.of("LC_ALL", "C"));
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().lines().filter(line -> !line.startsWith("WARNING")))
        .singleElement()
        .asString()
        .startsWith("fp8sim: ")
        .contains(".onnx' cannot be a path in this locale")
        .endsWith("set LC_ALL=C.UTF-8");
  }

  @Test
  void numbersAreTheSameInEveryLanguage() throws Exception {
    String[] german = {"-Duser.language=de", "-Duser.country=DE"};
    String[] arabic = {"-Duser.language=ar", "-Duser.country=EG", "-Duser.extensions=u-nu-arab"};
    for (List<String> words :
        List.of(
            List.of("format-error", "--format", "e4m3", "--json", "-"),
            List.of("multiplier", "mitchell", "--format", "e2m1"),
            List.of("inspect", "--model", "fashion-vit", "--format", "e4m3"),
            List.of("inspect", "--help"))) {
      String[] all = words.toArray(String[]::new);
      Ended here = run(with(program("-Duser.language=en"), all), Map.of());
      assertThat(here.code()).as(here.err()).isZero();
      for (String[] language : List.of(german, arabic)) {
        Ended there = run(with(program(language), all), Map.of());
        assertThat(withoutTime(there.out())).isEqualTo(withoutTime(here.out()));
        assertThat(there.err()).isEqualTo(here.err());
      }
    }
  }

  private static String withoutTime(String text) {
    return text.replaceAll("\"seconds\": [0-9.E-]+", "");
  }

  @Test
  void standardOutputIsOnlyTheFile() throws Exception {
    List<String> command =
        with(program(), "multiplier", "mitchell", "--format", "e2m1", "--json", "-");
    Ended ended = run(command, Map.of());
    JsonObject json = JsonFile.parse("standard output", ended.out());
    assertThat(json.get("command").getAsString()).isEqualTo("multiplier");
    assertThat(ended.err()).contains("mean relative error");
    assertThat(folder.resolve("-")).doesNotExist();

    command.set(command.size() - 1, "/dev/stdout");
    assertThat(JsonFile.parse("standard output", run(command, Map.of()).out()).keySet())
        .isEqualTo(json.keySet());
  }

  @Test
  void openDescriptorsAreWrittenAsTheyAre() throws Exception {
    List<String> command =
        with(program(), "multiplier", "mitchell", "--format", "e2m1", "--json", "/dev/fd/3");
    String line = "'" + String.join("' '", command) + "' 3>third.json";
    Ended ended = run(List.of("sh", "-c", line), Map.of());
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("mean relative error");
    assertThat(JsonFile.read(folder.resolve("third.json")).has("kappa")).isTrue();
  }
}
