package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.CommonOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
import fp8sim.npy.Npy;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where results go: each option of each command that names a file or a folder for them. */
@Timeout(60)
class OutputOptionsTest {
  @TempDir Path folder;

  /** Every command with each of its options for output. */
  static Stream<Arguments> outputs() {
    List<Arguments> all = new ArrayList<>();
    for (Command command : Commands.ALL) {
      for (CliOption option : options(command)) {
        if (option.role() != CliOption.Role.PARAMETER) {
          all.add(Arguments.of(command.name(), option.name()));
        }
      }
    }
    return all.stream();
  }

  private static List<CliOption> options(Command command) {
    List<CliOption> options = new ArrayList<>(CommonOptions.SECTION.options());
    command.options().forEach(section -> options.addAll(section.options()));
    return options;
  }

  @Test
  void everyOutputIsKnown() {
    assertThat(outputs().map(a -> a.get()[0] + " " + a.get()[1]))
        .contains(
            "run output-dir",
            "eval predictions",
            "calibrate output",
            "sweep output",
            "merge output",
            "demo output",
            "analyze output",
            "inspect dot",
            "quantize output",
            "quantize codes",
            "matmul output",
            "multiplier table",
            "multiplier heatmap",
            "format-error plot",
            "devices json");
  }

  /** Inputs are missing too, so that the exit code tells which is looked at first. */
  @ParameterizedTest
  @MethodSource("outputs")
  void missingFoldersAreFoundBeforeTheWork(String name, String output) {
    Path missing = folder.resolve("none/file");
    Cli cli = Cli.run(words(name, output, missing).toArray());
    cli.refuses(ExitCode.OUTPUT, missing, "the folder it lies in does not exist");
    assertThat(folder).isEmptyDirectory();
  }

  private List<Object> words(String name, String output, Path value) {
    Command command =
        Commands.ALL.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    Map<String, Object> values = new LinkedHashMap<>();
    for (CliOption option : options(command)) {
      if (option.required()) {
        values.put(option.name(), folder.resolve("missing-" + option.name()));
      }
    }
    values.put(output, value);
    List<Object> words = new ArrayList<>(List.of(name));
    values.forEach((option, text) -> words.addAll(List.of("--" + option, text)));
    if (!command.operands().isEmpty()) {
      words.add("missing");
    }
    return words;
  }

  private Path numbers() {
    Path file = folder.resolve("x.npy");
    Npy.write(file, Tensor.ofFloats(Shape.of(3), new float[] {0.5f, 1, 3}));
    return file;
  }

  private Cli quantize(Object... more) {
    List<Object> words = new ArrayList<>(List.of("quantize", "--input", numbers()));
    words.addAll(List.of("--format", "e4m3", "--maxval", "4"));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  @Test
  void twoOutputsToOneFileAreRefused() throws IOException {
    Path file = folder.resolve("y.npy");
    quantize("--output", file, "--codes", folder.resolve("./y.npy"))
        .refuses(ExitCode.USAGE, "--codes", "--output writes this file too");
    Files.writeString(file, "earlier");
    Path link = Files.createSymbolicLink(folder.resolve("link.npy"), file);
    quantize("--output", file, "--codes", link).refuses(ExitCode.USAGE, "writes this file too");
    quantize("--output", "-", "--json", "-").refuses(ExitCode.USAGE, "writes this file too");
    assertThat(file).hasContent("earlier");

    Cli.run("multiplier", "exact", "--format", "e2m1", "--table", file, "--heatmap", file)
        .refuses(ExitCode.USAGE, "writes this file too");
    Path grid = folder.resolve("grid");
    Cli.run("sweep", "--plan", "p", "--output", grid, "--json", grid.resolve("results.json"))
        .refuses(ExitCode.USAGE, "--json writes this file too");
    Path assigned = folder.resolve("a.ranges.json");
    Cli.run(
            "analyze",
            "--model",
            "fashion-resnet",
            "--format",
            "e4m3",
            "--assign",
            "0.1",
            "--output",
            folder.resolve("a.json"),
            "--json",
            assigned)
        .refuses(ExitCode.USAGE, assigned, "--json writes this file too");
    assertThat(grid).doesNotExist();
  }

  @Test
  void inputsAreNotOverwritten() throws IOException {
    Path model = folder.resolve("m.onnx");
    Files.write(model, new TestModel(17).input("x", 2).node("Relu", "x", "y").output("y").bytes());
    Cli.run(
            "calibrate",
            "--model",
            model,
            "--format",
            "e4m3",
            "--output",
            folder.resolve("./m.onnx"))
        .refuses(ExitCode.USAGE, "--output", "--model reads this file too");
    Path input = numbers();
    quantize("--output", input).refuses(ExitCode.USAGE, "--input reads this file too");
    Cli.run(
            "run",
            "--model",
            model,
            "--input",
            "x=" + input,
            "--output-dir",
            folder.resolve("out"),
            "--json",
            input)
        .refuses(ExitCode.USAGE, "--json", "--input reads this file too");
    assertThat(Npy.read(input).shape()).isEqualTo(Shape.of(3));
  }

  /** A result is a configuration again. */
  @Test
  void aConfigurationMayBeReplacedByTheResult() throws IOException {
    Path file = Files.writeString(folder.resolve("c.json"), "{\"format\": \"e2m1\"}");
    Cli cli = Cli.run("multiplier", "exact", "--config", file, "--json", file);
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(JsonFile.read(file).has("kappa")).isTrue();
  }

  @Test
  void outputsOfOneNameGetFilesOfTheirOwn() throws IOException {
    TestModel model =
        new TestModel(17)
            .input("x", 2)
            .node("Relu", "x", "a/b")
            .node("Neg", "x", "a_b")
            .output("a/b")
            .output("a_b");
    Path file = Files.write(folder.resolve("m.onnx"), model.bytes());
    Path input = folder.resolve("x.npy");
    Npy.write(input, Tensor.ofFloats(Shape.of(2), new float[] {-1, 2}));
    Path output = folder.resolve("out");
    Path json = output.resolve("result.json");
    Cli cli =
        Cli.run("run", "--model", file, "--input", input, "--output-dir", output, "--json", json);
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(Npy.read(output.resolve("a_b.npy")).toFloats()).containsExactly(0, 2);
    assertThat(Npy.read(output.resolve("a_b-2.npy")).toFloats()).containsExactly(1, -2);
    assertThat(JsonFile.read(json).getAsJsonObject("outputs").get("a_b").getAsString())
        .isEqualTo(output.resolve("a_b-2.npy").toString());
    Cli.run(
            "run",
            "--model",
            file,
            "--input",
            input,
            "--output-dir",
            output,
            "--json",
            output.resolve("a_b-2.npy"))
        .refuses(ExitCode.USAGE, "a_b-2.npy", "--json writes this file too");
  }

  @Test
  void filesGoToStandardOutputAlone() throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    Cli cli;
    try {
      cli = quantize("--output", "-", "--bias-policy", "saturate");
    } finally {
      System.setOut(before);
    }
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.err()).isEqualTo("-  FLOAT 3\n");
    Tensor read = Npy.read(Files.write(folder.resolve("read.npy"), bytes.toByteArray()));
    assertThat(read.type()).isEqualTo(DataType.FLOAT);
    assertThat(read.toFloats()).containsExactly(0.5f, 1, 3);
  }

  @Test
  void foldersAreNoStandardOutput() {
    Cli.run("demo", "--output", "-").refuses(ExitCode.USAGE, "the output is a folder");
    Cli.run(
            "analyze",
            "--model",
            "fashion-vit",
            "--format",
            "e4m3",
            "--assign",
            "0.1",
            "--output",
            "-")
        .refuses(ExitCode.USAGE, "ranges are written beside the configuration");
  }

  @Test
  void aFullDeviceIsOneLine() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "needs /dev/full");
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      for (String option : List.of("--heatmap", "--table", "--json")) {
        Cli.run("multiplier", "mitchell", "--format", "e4m3", option, full)
            .refuses(ExitCode.OUTPUT, "cannot write /dev/full");
      }
      Cli.run("format-error", "--format", "e4m3", "--plot", full)
          .refuses(ExitCode.OUTPUT, "cannot write /dev/full");
      Cli.run("inspect", "--model", "fashion-vit", "--dot", full)
          .refuses(ExitCode.OUTPUT, "cannot write /dev/full");
      quantize("--output", full).refuses(ExitCode.OUTPUT, "cannot write /dev/full");
    } finally {
      System.setErr(before);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void devicesTakeSeveralFiles() {
    Path nothing = Path.of("/dev/null");
    assumeTrue(Files.exists(nothing), "needs /dev/null");
    Cli cli = quantize("--output", nothing, "--codes", nothing, "--json", nothing);
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(Files.isRegularFile(nothing)).isFalse();
  }
}
