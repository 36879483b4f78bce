package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFile;
import fp8sim.common.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** A command with every kind of option; its first operand says how it ends. */
  private static final class Probe implements Command {
    @Override
    public String name() {
      return "probe";
    }

    @Override
    public String summary() {
      return "Shows what it was given";
    }

    @Override
    public String operands() {
      return "[WORD...]";
    }

    @Override
    public List<OptionSection> options() {
      return List.of(
          OptionSection.of(
              "Options",
              CliOption.value("model", "FILE", "the model").mandatory(),
              CliOption.value("batch-size", "N", "images at a time").withDefault("32"),
              CliOption.value("bias", "N", "a signed number"),
              CliOption.choice("quantize", "what is quantized", "input", "output"),
              CliOption.flag("fast", "hurry"),
              CliOption.value("layer", "PATTERN:KEY=VALUE", "for some layers").repeated()));
    }

    @Override
    public List<String> examples() {
      return List.of("fp8sim probe --model m.onnx");
    }

    @Override
    public ExitCode run(Invocation invocation) throws IOException, InterruptedException {
      Arguments arguments = invocation.arguments();
      invocation.out().println(arguments.toJson());
      invocation.result().ranOn("cpu", "test");
      invocation.result().put("batch", arguments.integer("batch-size", 1));
      invocation.result().put("loss", Double.NaN);
      return switch (arguments.operands().stream().findFirst().orElse("")) {
        case "input" -> throw Fp8simException.input("m.onnx: node 'a':\n  is damaged");
        case "memory" -> throw new OutOfMemoryError("Java heap space");
        case "interrupted" -> throw new InterruptedException();
        case "internal" -> throw new IllegalStateException("lost");
        case "io" -> throw new IOException("read failed");
        case "reads" -> {
          invocation.result().addInput(Path.of(arguments.get("model")));
          yield ExitCode.SUCCESS;
        }
        case "check" -> ExitCode.CHECK_FAILED;
        default -> ExitCode.SUCCESS;
      };
    }
  }

  private ExitCode run(String... words) {
    return new Main(List.of(new Probe()), stream(out), stream(err), Progress.NONE).run(words);
  }

  private static PrintStream stream(OutputStream target) {
    return new PrintStream(target, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void showsHelpAndVersion() {
    assertThat(run("--help")).isEqualTo(ExitCode.SUCCESS);
    assertThat(out()).contains("probe", "Shows what it was given");
    assertThat(run("probe", "--help")).isEqualTo(ExitCode.SUCCESS);
    assertThat(out())
        .contains("--batch-size N", "(default: 32)", "(required)", "input, output", "Examples:")
        .contains("fp8sim probe --model m.onnx", "--stack-trace");
    assertThat(run("--version")).isEqualTo(ExitCode.SUCCESS);
    assertThat(out()).containsPattern("fp8sim [0-9]+\\.[0-9]+");
    assertThat(err()).isEmpty();
  }

  @Test
  void withoutWordsShowsHowToUseIt() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("Usage: fp8sim COMMAND");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prob -> unknown command 'prob'; did you mean probe?",
        "eval -> unknown command 'eval'; see fp8sim --help",
        "probe -> --model FILE is missing",
        "probe --model -> --model needs a value",
        "probe --model m --mod n -> unknown option --mod",
        "probe --model m --bath-size 3 -> unknown option --bath-size; did you mean --batch-size?",
        "probe --model m --model n -> --model is given more than once",
        "probe --model m --batch-size ten -> --batch-size ten: not an integer",
        "probe --model m --batch-size 0 -> --batch-size 0: must be at least 1",
        "probe --model m --quantize inptu -> --quantize inptu: not one of input, output; did you"
            + " mean input?",
      })
  void refusesBadUsageInOneLine(String line) {
    String[] parts = line.split(" -> ", 2);
    assertThat(run(parts[0].split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(err().lines()).singleElement().asString().startsWith("fp8sim: " + parts[1]);
  }

  @ParameterizedTest
  @CsvSource({
    "input, INPUT, fp8sim: m.onnx: node 'a': is damaged",
    "memory, BACKEND, fp8sim: out of memory",
    "interrupted, INTERRUPTED, fp8sim: interrupted",
    "internal, INTERNAL, fp8sim: internal error: java.lang.IllegalStateException: lost",
    "io, INPUT, fp8sim: cannot read: read failed",
  })
  void reportsFailuresInOneLine(String operand, ExitCode exitCode, String message) {
    assertThat(run("probe", "--model", "m", operand)).isEqualTo(exitCode);
    assertThat(err().lines()).singleElement().asString().startsWith(message);
  }

  @Test
  void showsTheStackTraceOnRequest() {
    assertThat(run("probe", "--model", "m", "internal", "--stack-trace"))
        .isEqualTo(ExitCode.INTERNAL);
    assertThat(err()).contains("\tat " + Probe.class.getName() + ".run");
  }

  @Test
  void takesNegativeNumbersAndAttachedValues() {
    assertThat(run("probe", "--model=a=b", "--bias", "-3", "--layer", "*:a=[b:c=1,d=2]"))
        .isEqualTo(ExitCode.SUCCESS);
    assertThat(JsonFile.parse("out", out()))
        .isEqualTo(
            JsonFile.parse(
                "expected",
                """
                {"model": "a=b", "batch-size": 32, "bias": -3, "quantize": "input",
                 "layer": ["*:a=[b:c=1,d=2]"]}
                """));
  }

  @Test
  void theCommandLineWinsOverTheConfigurationFile() throws IOException {
    Path file =
        config(
            """
            {"model": "m", "batch-size": 8, "fast": true, "bias": -1.50, "layer": ["a:b=1", "c:d=2"],
             "arguments": ["x"]}
            """);
    assertThat(run("probe", "--config", file.toString(), "--batch-size", "16"))
        .isEqualTo(ExitCode.SUCCESS);
    JsonObject seen = JsonFile.parse("out", out());
    assertThat(seen.get("batch-size").getAsInt()).isEqualTo(16);
    assertThat(seen.get("fast").getAsBoolean()).isTrue();
    assertThat(seen.get("bias").getAsString()).isEqualTo("-1.50");
    assertThat(seen.getAsJsonArray("layer")).hasSize(2);
    assertThat(seen.getAsJsonArray("arguments")).containsExactly(new JsonPrimitive("x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"modle\": \"m\"}",
        "{\"model\": [\"m\"]}",
        "{\"model\": {}}",
        "{\"model\": null}",
        "{\"model\": \"m\", \"fast\": \"yes\"}",
        "{\"model\": \"m\", \"quantize\": \"both\"}",
        "{\"model\": \"m\", \"json\": \"x.json\"}",
      })
  void refusesBadConfigurations(String text) throws IOException {
    assertThat(run("probe", "--config", config(text).toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err().lines()).hasSize(1);
  }

  @Test
  void aResultFileIsAConfigurationToo() throws IOException {
    Path input = Files.writeString(folder.resolve("in"), "abc");
    Path result = folder.resolve("result.json");
    assertThat(
            run(
                "probe",
                "--model",
                input + "",
                "--layer",
                "a:b=1",
                "--fast",
                "--json",
                result + "",
                "check"))
        .isEqualTo(ExitCode.CHECK_FAILED);
    JsonObject json = JsonFile.read(result);
    assertThat(json.keySet())
        .containsExactly(
            "schema",
            "command",
            "version",
            "backend",
            "device",
            "configuration",
            "inputs",
            "seconds",
            "batch",
            "loss");
    assertThat(json.get("loss").isJsonNull()).isTrue();
    String before = out();
    out.reset();
    assertThat(run("probe", "--config", result.toString())).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(out()).isEqualTo(before);
    assertThat(json.getAsJsonObject("configuration").get("layer")).isInstanceOf(JsonArray.class);
  }

  @Test
  void hashesInputs() throws IOException {
    Path input = Files.writeString(folder.resolve("in"), "abc");
    Path json = folder.resolve("out.json");
    String[] words = {"probe", "--model", input.toString(), "reads", "--json", json.toString()};
    assertThat(run(words)).isEqualTo(ExitCode.SUCCESS);
    JsonObject hashes = JsonFile.read(json).getAsJsonObject("inputs");
    assertThat(hashes.keySet()).containsExactly(input.toString());
    assertThat(hashes.get(input.toString()).getAsString())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void unwritableOutputIsAnErrorBeforeAndAfterTheWork() {
    assertThat(run("probe", "--model", "m", "--json", folder.toString()))
        .isEqualTo(ExitCode.OUTPUT);
    assertThat(out()).isEmpty();
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    assertThat(new Main(List.of(), stream(broken), stream(err), Progress.NONE).run("--version"))
        .isEqualTo(ExitCode.OUTPUT);
  }

  private Path config(String text) throws IOException {
    return Files.writeString(folder.resolve("config.json"), text);
  }
}
