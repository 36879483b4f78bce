package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import fp8sim.npy.Npy;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged files of every kind that a command reads, models excepted: the call succeeds, or ends
 * with one line and a documented exit code.
 */
class FileFuzzTest {
  private static final int MUTANTS = Integer.getInteger("fp8sim.fuzz.files", 12);
  private static final long FIRST = Long.getLong("fp8sim.fuzz.first", 0);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Set<ExitCode> ALLOWED =
      Set.of(
          ExitCode.SUCCESS,
          ExitCode.USAGE,
          ExitCode.INPUT,
          ExitCode.BACKEND,
          ExitCode.OUTPUT,
          ExitCode.SWEEP);

  private static final String EVAL = "eval --model %/net.onnx --data %/data.json --threads 1";
  private static final String E4M3 = EVAL + " --format e4m3";
  private static final String TOKENS = "eval --model %/lm.onnx --threads 1 --data %/";

  /** A sound file, and the call that reads it; % is the folder. */
  record Sound(String file, String call) {
    @Override
    public String toString() {
      return file;
    }
  }

  @TempDir private Path folder;

  static Stream<Sound> files() {
    return Stream.of(
        new Sound("own.json", E4M3 + " --ranges %/own.json"),
        new Sound("aimet-old.json", E4M3 + " --ranges %/aimet-old.json"),
        new Sound("aimet-new.json", E4M3 + " --ranges %/aimet-new.json"),
        new Sound("ort-data.json", E4M3 + " --ranges %/ort-data.json"),
        new Sound("ort-overrides.json", E4M3 + " --ranges %/ort-overrides.json"),
        new Sound("pairs.json", E4M3 + " --ranges %/pairs.json"),
        new Sound("card.json", EVAL + " --card %/card.json"),
        new Sound("data.json", E4M3),
        new Sound("archive.json", EVAL.replace("data.json", "archive.json")),
        new Sound("archive.npz", EVAL.replace("data.json", "archive.json")),
        new Sound("images.npy", EVAL),
        new Sound("labels.npy", EVAL),
        new Sound("records.json", EVAL.replace("data.json", "records.json")),
        new Sound("records.bin", EVAL.replace("data.json", "records.json")),
        new Sound("lm.json", TOKENS + "lm.json"),
        new Sound("tokens.jsonl", TOKENS + "lm.json"),
        new Sound("stream.json", TOKENS + "stream.json"),
        new Sound("stream.npz", TOKENS + "stream.json"),
        new Sound("packed.jsonl.gz", TOKENS + "packed.json"),
        new Sound("table.txt", quantize("table.txt")),
        new Sound("table.csv", quantize("table.csv")),
        new Sound("table-values.json", quantize("table-values.json")),
        new Sound("table.npy", quantize("table.npy")),
        new Sound("config.json", "eval --threads 1 --config %/config.json"),
        new Sound("plan.json", "sweep --plan %/plan.json --output %/sweep"),
        new Sound("cost.json", "sweep --plan %/plan.json --cost %/cost.json --output %/sweep"),
        new Sound("x.npy", "run --model %/net.onnx --input %/x.npy --output-dir %/out"),
        new Sound(
            "products.npy", "multiplier --format e2m1 table:file=%/products.npy,dialect=npy"));
  }

  private static String quantize(String table) {
    return "quantize --input %/images.npy --output %/q.npy --maxval 2 --format table:%/" + table;
  }

  @BeforeEach
  void writeAll() throws IOException {
    TestModel net =
        new TestModel(17)
            .input("x", -1, 4)
            .initializer("w", numbers(4, 3))
            .initializer("v", numbers(3, 3))
            .node("MatMul", "x w", "h")
            .node("Relu", "h", "r")
            .node("MatMul", "r v", "y")
            .output("y");
    Files.write(folder.resolve("net.onnx"), net.bytes());
    TestModel lm =
        new TestModel(17)
            .input("input_ids", DataType.INT64, -1, -1)
            .initializer("w", numbers(8, 5))
            .initializer("v", numbers(5, 8))
            .node("Gather", "w input_ids", "h")
            .node("MatMul", "h v", "y")
            .output("y");
    Files.write(folder.resolve("lm.onnx"), lm.bytes());
    writeData();
    writeRanges();
    writeTables();
    text(
        "config.json",
        """
        {"schema": 1, "model": "net.onnx", "data": "data.json", "format": "e4m3", "limit": 2,
         "batch-size": 2, "layer": ["n_y:format=e3m4"], "rounding": "stochastic", "seed": 3}
        """);
    text(
        "plan.json",
        """
        {"schema": 1, "name": "p", "base": {"model": "net.onnx", "data": "data.json", "limit": 3},
         "axes": {"format": ["e4m3", "int8"], "weight-scope": ["tensor"]},
         "exclude": [{"format": "int8", "weight-scope": "tensor"}]}
        """);
    text("cost.json", "{\"schema\": 1, \"exact\": 1.0, \"float32\": 8.0, \"adder\": 0.18}");
  }

  private String[] words(String call) {
    return call.replace("%", folder.toString()).split(" ", -1);
  }

  private static Tensor numbers(int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * 1.7 + 0.3);
    }
    return Tensor.ofFloats(shape, values);
  }

  private void text(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void writeData() throws IOException {
    Npy.write(folder.resolve("x.npy"), numbers(2, 4));
    Npy.write(folder.resolve("images.npy"), numbers(6, 4));
    Npy.write(folder.resolve("labels.npy"), Tensor.ofLongs(Shape.of(6), 0, 1, 2, 0, 1, 2));
    Npy.write(
        folder.resolve("ids.npy"),
        Tensor.ofLongs(Shape.of(12), 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3));
    zip("archive.npz", "images.npy", "labels.npy");
    zip("stream.npz", "ids.npy");
    text(
        "data.json",
        """
        {"schema": 1, "name": "d", "layout": "npy", "images": "images.npy", "labels": "labels.npy",
         "classes": 3, "labelOffset": 0, "preprocess": [{"divide": 2}], "range": [0, 6],
         "calibration": {"range": [0, 3]}}
        """);
    text(
        "archive.json",
        """
        {"schema": 1, "name": "d", "layout": "npz", "file": "archive.npz", "images": "images",
         "labels": "labels", "classes": 3, "preprocess": [{"divide": 2}]}
        """);
    text(
        "records.json",
        """
        {"schema": 1, "name": "d", "layout": "records", "images": "records.bin", "classes": 3,
         "record": {"type": "int8", "shape": [4]}, "preprocess": [{"divide": 128}]}
        """);
    Files.write(folder.resolve("records.bin"), new byte[] {0, 1, 2, 3, 4, 2, -5, 6, 7, 8});
    String tokens =
        """
        {"input_ids": [5, 6, 7], "label": 1, "text": "not read"}
        {"input_ids": [1, 0], "label": 0}
        """;
    text("tokens.jsonl", tokens);
    text(
        "lm.json",
        """
        {"schema": 1, "name": "t", "layout": "tokens", "file": "tokens.jsonl", "task": "causal-lm",
         "maxLength": 8, "lengths": 4}
        """);
    text(
        "packed.json",
        """
        {"schema": 1, "name": "t", "layout": "tokens", "file": "packed.jsonl.gz",
         "task": "causal-lm"}
        """);
    text(
        "stream.json",
        """
        {"schema": 1, "name": "t", "layout": "tokens", "file": "stream.npz", "tokens": "ids",
         "task": "causal-lm", "window": 4, "stride": 2}
        """);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(tokens.getBytes(StandardCharsets.UTF_8));
    }
    Files.write(folder.resolve("packed.jsonl.gz"), packed.toByteArray());
    text(
        "card.json",
        """
        {"schema": 1, "model": "net.onnx", "dataset": "d", "labelOffset": 0, "output": "logits",
         "preprocess": [{"divide": 2}], "float32": {"top1": 0.5, "images": 6}, "source": "s",
         "licence": "l"}
        """);
  }

  private void zip(String name, String... entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(Files.readAllBytes(folder.resolve(entry)));
      }
    }
  }

  private void writeRanges() throws IOException {
    String net = "calibrate --model %/net.onnx --format e4m3 --threads 1";
    Cli.run((Object[]) words(net + " --calibration %/images.npy --output %/own.json"));
    text(
        "aimet-old.json",
        """
        {"version": "0.6.1", "activation_encodings": {"x": [{"bitwidth": 8, "dtype": "int",
         "is_symmetric": "False", "max": 1.5, "min": -0.5, "offset": -64, "scale": 0.0078}],
         "r": [{"min": 0, "max": 2}]},
         "param_encodings": {"w": [{"bitwidth": 8, "is_symmetric": "True", "max": 1, "min": -1}]}}
        """);
    text(
        "aimet-new.json",
        """
        {"version": "1.0.0", "activation_encodings": [{"name": "x", "dtype": "INT", "bw": 8,
         "enc_type": "PER_TENSOR", "is_sym": false, "scale": [0.01], "offset": [-128]},
         {"name": "r", "bw": 4, "scale": [0.1], "offset": [0]}],
         "param_encodings": [{"name": "w", "dtype": "INT", "bw": 8, "enc_type": "PER_CHANNEL",
         "is_sym": true, "scale": [0.01, 0.02, 0.03], "offset": [-128, -128, -128]}]}
        """);
    text(
        "ort-data.json",
        """
        {"CLS": "TensorsData", "data": {"x": {"CLS": "TensorData", "avg": null,
         "lowest": -1.5, "highest": 2.5}, "r": {"lowest": 0, "highest": 3}}}
        """);
    text(
        "ort-overrides.json",
        "{\"x\": [{\"rmin\": -1, \"rmax\": 2}], \"r\": [{\"rmin\": 0, \"rmax\": 2}]}");
    text("pairs.json", "{\"x\": [-1, 2.5], \"r\": [0, 1]}");
  }

  private void writeTables() throws IOException {
    text("table.txt", "# eight values\n-1 -0.5, -0.25 0 0.25 0.5 0x1p0 2\n");
    text("table.csv", "code,value\n0,-1\n1,0\n2,1\n3,1.5\n");
    text("table-values.json", "{\"values\": [-1, -0.5, 0, 0.5, 1]}");
    Npy.write(folder.resolve("table.npy"), numbers(16));
    Npy.write(folder.resolve("products.npy"), numbers(16, 16));
  }

  @ParameterizedTest
  @MethodSource("files")
  void damagedFilesAreReadOrRefused(Sound sound) throws IOException {
    byte[] original = Files.readAllBytes(folder.resolve(sound.file()));
    String[] words = words(sound.call());
    Cli intact = Cli.run((Object[]) words);
    assertThat(intact.exitCode()).as(intact.err()).isEqualTo(ExitCode.SUCCESS);
    List<String> problems = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + MUTANTS; seed++) {
      Random random = new Random(new SplittableRandom(seed).nextLong());
      Files.write(folder.resolve(sound.file()), new FileMutation(random).mutate(original));
      long start = System.nanoTime();
      Cli result = Cli.run((Object[]) words);
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      if (!isDecent(result) || time.compareTo(LONGEST) > 0) {
        problems.add("seed %d, %s, %s: %s".formatted(seed, time, result.exitCode(), result.err()));
      }
    }
    assertThat(problems).isEmpty();
  }

  /** Success, or one line that says why not; lines on what was noticed may stand before it. */
  private static boolean isDecent(Cli result) {
    List<String> lines = result.err().lines().toList();
    boolean clear =
        lines.stream()
            .allMatch(line -> line.length() <= 2100 && line.chars().allMatch(c -> c >= ' '));
    boolean told =
        result.exitCode() == ExitCode.SUCCESS
            || result.exitCode() == ExitCode.SWEEP
            || (!lines.isEmpty() && lines.getLast().startsWith("fp8sim: "));
    return ALLOWED.contains(result.exitCode()) && clear && told;
  }
}
