package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fp8sim.common.ExitCode;
import fp8sim.common.Progress;
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
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users get wrong in calls, inputs, data and outputs: one line and the right exit code. */
@Timeout(60)
class BadInputTest {
  private static final Path IMAGES =
      Path.of("src", "test", "resources", "fp8sim", "data", "images");
  private static final Path FULL = Path.of("/dev/full");

  @TempDir Path folder;

  private Path relu() throws IOException {
    return model("Relu", "x", 2, 3);
  }

  private Path model(String operator, String inputs, int... dims) throws IOException {
    TestModel model = new TestModel(17).input("x", dims).node(operator, inputs, "y").output("y");
    return Files.write(folder.resolve(operator + ".onnx"), model.bytes());
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path npy(DataType type, int... dims) {
    Path file = folder.resolve("x.npy");
    Npy.write(file, Tensor.zeros(type, Shape.of(dims)));
    return file;
  }

  private Cli run(Object input) throws IOException {
    return Cli.run(
        "run", "--model", relu(), "--input", input, "--output-dir", folder.resolve("out"));
  }

  @Test
  void soundInputRuns() throws IOException {
    Cli cli = run(npy(DataType.FLOAT, 2, 3));
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(folder.resolve("out/y.npy")).exists();
  }

  @Test
  void inputsOfOtherShapesAndTypes() throws IOException {
    run(npy(DataType.FLOAT, 2, 4)).refuses(ExitCode.INPUT, "\"x\"", "2x3", "2x4");
    run(npy(DataType.FLOAT, 6)).refuses(ExitCode.INPUT, "\"x\"", "2x3");
    run(npy(DataType.FLOAT)).refuses(ExitCode.INPUT, "\"x\"", "2x3");
    run(npy(DataType.FLOAT, 0, 3)).refuses(ExitCode.INPUT, "\"x\"", "2x3");
    run(npy(DataType.INT64, 2, 3)).refuses(ExitCode.INPUT, "\"x\"", "FLOAT", "INT64");
    run(npy(DataType.DOUBLE, 2, 3)).refuses(ExitCode.INPUT, "\"x\"", "FLOAT", "DOUBLE");
  }

  /** Token ids beyond the table, found by the kernel while the network runs. */
  @ParameterizedTest
  @ValueSource(longs = {3, -4, Long.MAX_VALUE})
  void inputValuesOutOfRange(long index) throws IOException {
    TestModel lookup =
        new TestModel(17)
            .input("x", DataType.INT64, 1)
            .floats("table", Shape.of(3), 1, 2, 3)
            .node("Gather", "table x", "y")
            .output("y");
    Path model = Files.write(folder.resolve("lookup.onnx"), lookup.bytes());
    Path input = folder.resolve("x.npy");
    Npy.write(input, Tensor.ofLongs(Shape.of(1), index));
    Cli.run("run", "--model", model, "--input", input, "--output-dir", folder.resolve("out"))
        .refuses(ExitCode.INPUT, model, "n_y", "index " + index);
  }

  @Test
  void inputsThatTheModelDoesNotHave() throws IOException {
    Path x = npy(DataType.FLOAT, 2, 3);
    run("z=" + x).refuses(ExitCode.INPUT, "\"z\"");
    Object[] twice = {
      "run", "--model", relu(), "--input", x, "--input", x, "--output-dir", folder.resolve("out")
    };
    Cli.run(twice).refuses(ExitCode.USAGE, "--input", "1 input");
    twice[4] = "x=" + x;
    twice[6] = "x=" + x;
    Cli.run(twice).refuses(ExitCode.USAGE, "\"x\"", "twice");
  }

  @Test
  void inputFilesThatAreNoTensors() throws IOException {
    run(folder.resolve("none.npy")).refuses(ExitCode.INPUT, "none.npy");
    run(folder).refuses(ExitCode.INPUT, folder);
    run(file("empty.npy", "")).refuses(ExitCode.INPUT, "empty.npy");
    run(file("text.npy", "1 2 3")).refuses(ExitCode.INPUT, "text.npy");
    run(file("text.pb", "1 2 3")).refuses(ExitCode.INPUT, "text.pb");
    run(file("empty.pb", "")).refuses(ExitCode.INPUT, "empty.pb");
    byte[] sound = Files.readAllBytes(npy(DataType.FLOAT, 2, 3));
    for (int length : new int[] {5, 9, 40, sound.length - 1}) {
      Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(sound, length));
      run(cut).refuses(ExitCode.INPUT, cut);
    }
    String huge =
        new String(sound, StandardCharsets.ISO_8859_1).replace("(2, 3)", "(99999, 99999, 9)");
    Path file = Files.write(folder.resolve("huge.npy"), huge.getBytes(StandardCharsets.ISO_8859_1));
    run(file).refuses(ExitCode.INPUT, file);
  }

  @Test
  void outputFoldersThatCannotBe() throws IOException {
    Path occupied = file("occupied", "");
    for (Path out : List.of(occupied, occupied.resolve("below"))) {
      Cli.run("run", "--model", relu(), "--input", npy(DataType.FLOAT, 2, 3), "--output-dir", out)
          .refuses(ExitCode.OUTPUT, out);
    }
    assertThat(occupied).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/full", "/proc/none/result", "/sys/result"})
  void outputFilesThatCannotBeWritten(String target) throws IOException {
    assumeTrue(Files.exists(FULL), "needs /dev/full");
    Cli.run("inspect", "--model", relu(), "--json", target).refuses(ExitCode.OUTPUT, target);
    Cli.run("inspect", "--model", relu(), "--dot", target).refuses(ExitCode.OUTPUT, target);
    Cli.run("eval", "--model", "fashion-resnet", "--limit", 1, "--predictions", target)
        .refuses(ExitCode.OUTPUT, target);
  }

  @Test
  void outputsThatAreFoldersOrBelowFiles() throws IOException {
    Path occupied = file("occupied", "");
    for (Path target : List.of(folder, occupied.resolve("result"))) {
      Cli.run("inspect", "--model", relu(), "--json", target).refuses(ExitCode.OUTPUT, target);
      Cli.run("inspect", "--model", relu(), "--dot", target).refuses(ExitCode.OUTPUT, target);
      Cli.run("eval", "--model", "fashion-resnet", "--limit", 1, "--predictions", target)
          .refuses(ExitCode.OUTPUT, target);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frobnicate | 2 | frobnicate",
        "eval | 2 | --model",
        "eval --model fashion-resnet --modell x | 2 | --modell",
        "eval --model fashion-resnet --limit | 2 | --limit",
        "eval --model fashion-resnet --limit 0 | 2 | --limit 0",
        "eval --model fashion-resnet --limit -1 | 2 | --limit -1",
        "eval --model fashion-resnet --limit 99999999999 | 2 | --limit 99999999999",
        "eval --model fashion-resnet --batch-size 0 | 2 | --batch-size 0",
        "eval --model fashion-resnet --threads 0 | 2 | --threads 0",
        "eval --model fashion-resnet --threads two | 2 | --threads two",
        "eval --model fashion-resnet --threads 1000000 | 2 | must be at most 1024",
        "bench gemm --threads 1000000 | 2 | must be at most 1024",
        "eval --model fashion-resnet --multiplier adder: | 2 | adder:",
        "eval --model fashion-resnet --sample start=0 | 2 | start, step and count",
        "eval --model fashion-resnet --sample start=0,start=1,step=1 | 2 | --sample",
        "eval --model fashion-resnet --sample start=0,step=1,count=1,count=2 | 2 | --sample",
        "eval --model fashion-resnet --format e4m3 --multiplier none | 2 | none",
        "eval --model fashion-resnet --format e4m3 --accumulator none | 2 | none",
        "analyze --model fashion-resnet --format e4m3 --layer *:accumulator=none | 2 | none",
        "eval --model fashion-resnet --sample nonsense | 2 | --sample",
        "eval --model fashion-resnet --sample start=9999,step=1,count=1 | 2 | --sample",
        "eval --model fashion-resnet --backend nope | 2 | nope",
        "eval --model fashion-resnet --float-math exact | 2 | --float-math",
        "eval --model fashion-resnet --format e9m9 | 2 | e9m9",
        "eval --model fashion-resnet surplus | 2 | surplus",
        "eval --model fashion-resnet --config none.json | 3 | none.json",
        "eval --model fashion-resnet --card none.json | 3 | none.json",
        "eval --model fashion-resnet --data nope | 3 | nope",
        "eval --model fashion-resnet --data none.json | 3 | none.json",
        "eval --model fashion-resnet --data mnist --data-root none | 3 | none",
        "eval --model fashion-resnett | 3 | fashion-resnett",
        "run --model fashion-resnet --input none.npy --output-dir target/none | 3 | none.npy",
        "verify | 2 | folder",
        "verify none | 3 | none",
        "verify src/main/java/fp8sim/cli | 3 | cli",
      })
  void calls(String line, int exitCode, String part) {
    Cli.run((Object[]) line.split(" ")).refuses(exitCode(exitCode), part);
  }

  private static ExitCode exitCode(int code) {
    return Arrays.stream(ExitCode.values())
        .filter(exit -> exit.code() == code)
        .findFirst()
        .orElseThrow();
  }

  /** Nothing is calibrated for a multiplier that the formats do not have. */
  @Test
  void multipliersThatDoNotFitAreFoundBeforeCalibration() {
    Progress strict =
        (name, steps) ->
            new Progress.Meter() {
              @Override
              public void advance(long done) {
                throw new AssertionError(name + " went on");
              }

              @Override
              public void close() {}
            };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    String line = "eval --model fashion-resnet --format int8 --multiplier adder --limit 4";
    ExitCode code = new Main(Commands.ALL, stream, stream, strict).run(line.split(" "));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("multiplies minifloats only, not int8");
    assertThat(code).isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "1e308", "-1", "null"})
  void costsThatAreNone(String cost) throws IOException {
    Path costs = file("cost.json", "{\"schema\": 1, \"exact\": %s}".formatted(cost));
    Cli.run("sweep", "--plan", "demo", "--cost", costs, "--output", folder.resolve("out"))
        .refuses(ExitCode.INPUT, costs, "exact");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "1e9", "-4000"})
  void biasesThatAreNone(String bias) throws IOException {
    Path ranges =
        file(
            "ranges.json",
            """
            {"schema": 1, "model": "", "quantizers": {"q": {"kind": "weight", "min": [0], "max": [1],
             "maxval": [1], "bias": [%s]}}}
            """
                .formatted(bias));
    Cli.run("eval", "--model", "fashion-resnet", "--format", "e4m3", "--ranges", ranges)
        .refuses(ExitCode.INPUT, ranges, "q.bias");
  }

  /** Every reader of JSON refuses keys that are given twice. */
  @Test
  void keysThatAreGivenTwice() throws IOException {
    Path twice = file("twice.json", "{\"schema\": 1, \"schema\": 1}");
    for (String option : List.of("--config", "--card", "--data", "--calibration", "--ranges")) {
      Cli.run("eval", "--model", "fashion-resnet", "--format", "e4m3", option, twice)
          .refuses(ExitCode.INPUT, twice, "\"schema\" is given twice");
    }
    Object output = folder.resolve("out");
    Cli.run("sweep", "--plan", twice, "--output", output)
        .refuses(ExitCode.INPUT, twice, "\"schema\" is given twice");
    Cli.run("sweep", "--plan", "demo", "--cost", twice, "--output", output)
        .refuses(ExitCode.INPUT, twice, "\"schema\" is given twice");
  }

  private Cli eval(String description) throws IOException {
    return Cli.run("eval", "--model", "fashion-resnet", "--data", file("data.json", description));
  }

  private Cli evalList(String labels) throws IOException {
    file("labels.csv", labels);
    return eval(
        """
        {"schema": 1, "name": "list", "layout": "labels-csv", "images": ".", "labels": "labels.csv",
         "classes": 10}
        """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"schema\": 2}",
        "{\"schema\": 1, \"name\": \"n\", \"layout\": \"tar\"}",
        "{\"schema\": 1, \"name\": \"n\", \"layout\": \"idx\", \"images\": \"none\"}",
        "{\"schema\": 1, \"name\": \"n\", \"layout\": \"image-folder\", \"images\": \"none\"}",
        "{\"schema\": 1, \"name\": \"n\", \"layout\": \"image-folder\", \"images\": \".\"}",
        "{\"schema\": 1, \"name\": \"n\", \"layout\": \"npy\", \"images\": \"data.json\"}",
      })
  void descriptions(String description) throws IOException {
    eval(description).refuses(ExitCode.INPUT, folder);
  }

  @Test
  void labelsThatAreMissingOrWrong() throws IOException {
    eval("""
    {"schema": 1, "name": "list", "layout": "labels-csv", "images": ".", "labels": "none.csv"}
    """)
        .refuses(ExitCode.INPUT, "none.csv");
    Files.copy(IMAGES.resolve("grey.png"), folder.resolve("a.png"));
    evalList("").refuses(ExitCode.INPUT, "labels.csv");
    evalList("file,class\n").refuses(ExitCode.INPUT, "labels.csv");
    evalList("file,class\na.png\n").refuses(ExitCode.INPUT, "labels.csv");
    evalList("file,class\na.png,cat\n").refuses(ExitCode.INPUT, "labels.csv", "cat");
    evalList("file,class\na.png,-1\n").refuses(ExitCode.INPUT, "-1");
    evalList("file,class\na.png,10\n").refuses(ExitCode.INPUT, "10");
    evalList("file,class\nnone.png,1\n").refuses(ExitCode.INPUT, "none.png");
    Npy.write(folder.resolve("images.npy"), Tensor.zeros(DataType.FLOAT, Shape.of(2, 1, 28, 28)));
    eval("""
    {"schema": 1, "name": "unlabelled", "layout": "npy", "images": "images.npy"}
    """)
        .refuses(ExitCode.INPUT, "label");
  }

  @Test
  void imagesThatCannotBeRead() throws IOException {
    byte[] jpeg = Files.readAllBytes(IMAGES.resolve("grey.jpg"));
    byte[] png = Files.readAllBytes(IMAGES.resolve("grey.png"));
    Files.write(folder.resolve("empty.jpg"), new byte[0]);
    Files.write(folder.resolve("head.jpg"), Arrays.copyOf(jpeg, 40));
    Files.write(folder.resolve("empty.png"), new byte[0]);
    Files.write(folder.resolve("cut.png"), Arrays.copyOf(png, png.length / 2));
    Files.writeString(folder.resolve("text.jpg"), "not an image");
    Files.createDirectory(folder.resolve("folder.png"));
    Files.write(folder.resolve("zip.png"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0});
    try (Stream<Path> files = Files.list(folder)) {
      for (Path image : files.toList()) {
        evalList("file,class\n" + image.getFileName() + ",1\n")
            .refuses(ExitCode.INPUT, image.getFileName());
      }
    }
  }

  @Test
  void imagesOfTheWrongSize() throws IOException {
    Files.copy(IMAGES.resolve("grey.png"), folder.resolve("a.png"));
    evalList("file,class\na.png,1\n").refuses(ExitCode.INPUT, "28");
  }

  @Test
  void modelsThatAreNoClassifiers() throws IOException {
    Path images = model("Neg", "x", 1, 28, 28);
    Cli.run("eval", "--model", images, "--data", "fashion-mnist", "--limit", 1)
        .refuses(ExitCode.INPUT, images);
    Cli.run("eval", "--model", images).refuses(ExitCode.USAGE, "--data");
  }

  /** A file that is no JSON object is bad input; an option that does not exist is bad usage. */
  @Test
  void configurationsThatAreNone() throws IOException {
    for (String text : List.of("", "[1]", "{\"model\": ", "{\"model\": \"m\"} {}")) {
      Path config = file("config.json", text);
      Cli.run("eval", "--config", config).refuses(ExitCode.INPUT, config);
    }
    for (String text : List.of("{\"modell\": \"m\"}", "{\"model\": [\"m\"]}", "{\"top1\": 1}")) {
      Path config = file("config.json", text);
      Cli.run("eval", "--config", config).refuses(ExitCode.USAGE, config);
    }
  }
}
