package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import fp8sim.common.ExitCode;
import fp8sim.npy.Npy;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks that take or return something else than float32 images and logits. All compute the same
 * scores of the same pixels, so that the labels, which are the largest of them, are always found.
 */
@Timeout(120)
class DataFeedTest {
  private static final int SAMPLES = 24;
  private static final int CLASSES = 5;
  private static final int ELEMENTS = 3 * 4 * 4;
  private static final String ALL_RIGHT = "top-1       100.00 %";

  @TempDir Path folder;

  private final float[] weights = new float[ELEMENTS * CLASSES];

  @BeforeEach
  void pixelsAndLabels() throws IOException {
    Random random = new Random(5);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextInt(5) - 2;
    }
    Tensor pixels = Tensor.zeros(DataType.UINT8, Shape.of(SAMPLES, 3, 4, 4));
    Tensor floats = Tensor.zeros(DataType.FLOAT, Shape.of(SAMPLES, 3, 4, 4));
    long[] labels = new long[SAMPLES];
    for (int n = 0; n < SAMPLES; n++) {
      float[] scores = new float[CLASSES];
      for (int i = 0; i < ELEMENTS; i++) {
        int pixel = random.nextInt(256);
        pixels.data().set(Tensor.BYTE, n * ELEMENTS + i, (byte) pixel);
        floats.data().setAtIndex(Tensor.FLOAT, n * ELEMENTS + i, pixel);
        for (int c = 0; c < CLASSES; c++) {
          scores[c] += pixel * weights[i * CLASSES + c];
        }
      }
      labels[n] =
          IntStream.range(0, CLASSES).reduce(0, (best, c) -> scores[c] > scores[best] ? c : best);
    }
    Npy.write(folder.resolve("pixels.npy"), pixels);
    Npy.write(folder.resolve("floats.npy"), floats);
    Npy.write(folder.resolve("labels.npy"), Tensor.ofLongs(Shape.of(SAMPLES), labels));
  }

  private Path data(String more) throws IOException {
    return Files.writeString(
        folder.resolve("data.json"),
        """
        {"schema": 1, "name": "pixels", "layout": "npy", "images": "pixels.npy",
         "labels": "labels.npy", "calibration": {"images": "pixels.npy"}%s}
        """
            .formatted(more));
  }

  private Path data() throws IOException {
    return data(", \"classes\": 5");
  }

  private Path model(TestModel model) throws IOException {
    return Files.write(folder.resolve("net.onnx"), model.bytes());
  }

  /** From {@code flat} [N, 48] to {@code scores} [N, 5]. */
  private TestModel scores(TestModel model) {
    return model
        .floats("w", Shape.of(ELEMENTS, CLASSES), weights)
        .node("MatMul", "flat w", "scores");
  }

  /** Pixels of any type in the order of channels first. */
  private TestModel flat(DataType type) {
    return new TestModel(17)
        .input("x", type, -1, 3, 4, 4)
        .node("Cast", "x", "f", TestModel.integer("to", DataType.FLOAT.onnxCode()))
        .node("Flatten", "f", "flat");
  }

  private static Cli eval(Path model, Path data, Object... more) {
    Object[] words = new Object[more.length + 5];
    System.arraycopy(new Object[] {"eval", "--model", model, "--data", data}, 0, words, 0, 5);
    System.arraycopy(more, 0, words, 5, more.length);
    return Cli.run(words);
  }

  private static void findsAll(Cli cli) {
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(cli.out()).contains(ALL_RIGHT);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {
        "FLOAT",
        "FLOAT16",
        "BFLOAT16",
        "DOUBLE",
        "UINT8",
        "INT16",
        "INT32",
        "INT64",
        "UINT32"
      })
  void pixelsBecomeWhatTheNetworkTakes(DataType type) throws IOException {
    Path model = model(scores(flat(type)).output("scores"));
    findsAll(eval(model, data()));
    findsAll(eval(model, data(), "--format", "int8", "--compare-float"));
  }

  @Test
  void pixelsThatAreNoBytesAnyMoreAreRefused() throws IOException {
    Path model = model(scores(flat(DataType.UINT8)).output("scores"));
    eval(model, data(", \"classes\": 5, \"preprocess\": [{\"divide\": 255}]"))
        .refuses(ExitCode.INPUT, "net.onnx", "\"x\"", "UINT8", "preprocess");
    eval(model, data(", \"classes\": 5, \"preprocess\": [{\"multiply\": 2}]"))
        .refuses(ExitCode.INPUT, "net.onnx", "\"x\"", "UINT8", "0..255");
  }

  @ParameterizedTest
  @CsvSource({"FLOAT, 4", "FLOAT, -1", "UINT8, 4", "FLOAT16, -1"})
  void channelsGoLastWhereTheNetworkDeclaresThat(DataType type, int side) throws IOException {
    TestModel model =
        new TestModel(17)
            .input("x", type, -1, side, side, 3)
            .node("Cast", "x", "f", TestModel.integer("to", DataType.FLOAT.onnxCode()))
            .node("Transpose", "f", "t", TestModel.integers("perm", 0, 3, 1, 2))
            .node("Flatten", "t", "flat");
    Path file = model(scores(model).output("scores"));
    findsAll(eval(file, data()));
    findsAll(eval(file, data(), "--format", "int8"));
  }

  @Test
  void channelsGoLastWhereTheDataSaysThat() throws IOException {
    TestModel model =
        new TestModel(17)
            .input("x", -1, -1, -1, -1)
            .node("Transpose", "x", "t", TestModel.integers("perm", 0, 3, 1, 2))
            .node("Flatten", "t", "flat");
    Path file = model(scores(model).output("scores"));
    findsAll(eval(file, data(", \"classes\": 5, \"preprocess\": [{\"layout\": \"hwc\"}]")));
    eval(file, data(", \"preprocess\": [{\"layout\": \"hwc\"}, {\"divide\": 2}]"))
        .refuses(ExitCode.INPUT, "preprocess", "layout");
  }

  @Test
  void samplesOfAnotherShapeAreRefusedByTheInputsName() throws IOException {
    TestModel model = new TestModel(17).input("x", -1, 3, 5, 4).node("Flatten", "x", "flat");
    Path file = model(model.output("flat"));
    eval(file, data()).refuses(ExitCode.INPUT, "net.onnx", "\"x\"", "3x5x4", "3x4x4");
    eval(file, data(), "--format", "int8")
        .refuses(ExitCode.INPUT, "net.onnx", "\"x\"", "3x5x4", "3x4x4");
  }

  @Test
  void theOutputWithTheClassesIsScored() throws IOException {
    TestModel model =
        scores(flat(DataType.FLOAT))
            .node("ArgMax", "scores", "label", TestModel.integer("axis", 1))
            .node("Softmax", "scores", "probabilities")
            .output("label", DataType.INT64)
            .output("flat")
            .output("probabilities")
            .output("scores");
    Path file = model(model);
    Cli cli = eval(file, data(), "--json", folder.resolve("r.json"));
    findsAll(cli);
    assertThat(cli.err()).contains("\"scores\" is scored, of label, flat, probabilities, scores");
    assertThat(Files.readString(folder.resolve("r.json"))).contains("\"output\": \"scores\"");
    findsAll(eval(file, data("")));
    Files.writeString(
        folder.resolve("card.json"),
        "{\"schema\": 1, \"model\": \"net.onnx\", \"output\": \"probabilities\"}");
    Cli withCard = eval(file, data(), "--card", folder.resolve("card.json"));
    findsAll(withCard);
    assertThat(withCard.err()).contains("\"probabilities\" is scored");
    for (String option : List.of("--output", "--scored-output")) {
      Cli chosen = eval(file, data(), option, "probabilities");
      findsAll(chosen);
      assertThat(chosen.err()).doesNotContain("is scored");
    }
    eval(file, data(), "--output", "logits")
        .refuses(ExitCode.USAGE, "logits", "label, flat, probabilities, scores");
    eval(file, data(), "--output", "scores", "--scored-output", "flat")
        .refuses(ExitCode.USAGE, "--scored-output");
    eval(file, data(), "--output", "flat")
        .refuses(ExitCode.INPUT, "\"flat\"", "32x48", "5 classes");
    eval(file, data(), "--output", "label").refuses(ExitCode.INPUT, "\"label\"", "5 classes");
  }

  @Test
  void sweepsAndAnalysesChooseTheOutputToo() throws IOException {
    Path file =
        model(
            scores(flat(DataType.FLOAT))
                .node("Identity", "scores", "again")
                .output("flat")
                .output("scores")
                .output("again"));
    Path plan =
        Files.writeString(
            folder.resolve("plan.json"),
            """
            {"schema": 1, "name": "outputs", "base": {"model": "%s", "data": "%s"},
             "axes": {"scored-output": ["scores", "again"], "format": ["fp32", "int8"]}}
            """
                .formatted(file, data()));
    Path sweep = folder.resolve("sweep");
    Cli swept = Cli.run("sweep", "--plan", plan, "--output", sweep);
    assertThat(swept.exitCode()).as(swept.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(swept.out().lines().filter(line -> line.contains(" 100.00 "))).hasSize(4);
    Cli analysis = Cli.run("analyze", "--model", file, "--data", data(), "--format", "int8");
    assertThat(analysis.exitCode()).as(analysis.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(analysis.err()).contains("\"scores\" is scored");
    Cli.run(
            "analyze",
            "--model",
            file,
            "--data",
            data(),
            "--format",
            "int8",
            "--scored-output",
            "none")
        .refuses(ExitCode.USAGE, "none", "flat, scores, again");
  }

  @Test
  void aFirstDimensionThatIsNotTheBatchIsRefused() throws IOException {
    TestModel model =
        scores(flat(DataType.FLOAT))
            .node("Transpose", "scores", "turned", TestModel.integers("perm", 1, 0))
            .output("turned");
    Path file = model(model);
    for (int batch : List.of(1, 2, CLASSES, 32)) {
      eval(file, data(), "--batch-size", batch)
          .refuses(ExitCode.INPUT, "first dimension", "\"turned\"", batch + " samples");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWidthThatIsNotTheClassesIsRefusedUnlessTheOffsetIsStated(boolean wider) throws IOException {
    String background = wider ? "background scores" : "scores";
    TestModel model =
        scores(flat(DataType.FLOAT))
            .node("ReduceMin", "scores", "background", TestModel.integers("axes", 1))
            .node("Concat", background, "all", TestModel.integer("axis", 1))
            .output("all");
    Path file = model(model);
    if (!wider) {
      eval(file, data(", \"classes\": 4")).refuses(ExitCode.INPUT, "class");
      eval(file, data(", \"classes\": 9")).refuses(ExitCode.INPUT, "9 classes", "\"all\"");
      return;
    }
    eval(file, data()).refuses(ExitCode.INPUT, "32x6", "5 classes", "--card", "labelOffset");
    findsAll(eval(file, data(", \"classes\": 5, \"labelOffset\": 1")));
    Files.writeString(
        folder.resolve("net.json"), "{\"schema\": 1, \"model\": \"net.onnx\", \"labelOffset\": 1}");
    findsAll(eval(file, data()));
  }

  /** The shape in a Reshape, and whether samples are mixed where it is taken at its word. */
  @ParameterizedTest
  @CsvSource({"48, false", "-1, false", "48, true"})
  void oneSampleAtATimeWhereBatchOneIsWrittenIn(int columns, boolean mixes) throws IOException {
    TestModel model = new TestModel(17).input("x", -1, 3, 4, 4);
    if (mixes) {
      model
          .longs("tokens", 1, -1, columns)
          .longs("rows", -1, columns)
          .node("Reshape", "x tokens", "t")
          .node(
              "ReduceMax",
              "t",
              "m",
              TestModel.integers("axes", 1),
              TestModel.integer("keepdims", 1))
          .node("Add", "t m", "sum")
          .node("Reshape", "sum rows", "flat");
    } else {
      model.longs("shape", 1, columns).node("Reshape", "x shape", "flat");
    }
    Path file = model(scores(model).output("scores"));
    Cli cli = eval(file, data());
    findsAll(cli);
    assertThat(cli.err().lines().filter(line -> line.contains("batch 1"))).hasSize(1);
    Cli quantized = eval(file, data(), "--format", "int8");
    findsAll(quantized);
    assertThat(quantized.err().lines().filter(line -> line.contains("batch 1"))).hasSize(1);
    Tensor one = Tensor.zeros(DataType.FLOAT, Shape.of(1, 3, 4, 4));
    Npy.write(folder.resolve("one.npy"), one);
    Cli run =
        Cli.run(
            "run",
            "--model",
            file,
            "--input",
            folder.resolve("one.npy"),
            "--format",
            "int8",
            "--calibration",
            folder.resolve("floats.npy"),
            "--output-dir",
            folder.resolve("out"));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
  }

  @Test
  void calibrationNeedsNoClasses() throws IOException {
    Path file =
        model(
            scores(flat(DataType.FLOAT))
                .node("ArgMax", "scores", "label", TestModel.integer("axis", 1))
                .output("label", DataType.INT64));
    Path input = folder.resolve("floats.npy");
    Cli cli =
        Cli.run(
            "run",
            "--model",
            file,
            "--input",
            input,
            "--calibration",
            input,
            "--format",
            "int8",
            "--output-dir",
            folder.resolve("out"));
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(Npy.read(folder.resolve("out/label.npy")).shape()).isEqualTo(Shape.of(SAMPLES, 1));
  }

  @Test
  void aNetworkWithoutBatchNormalizationHasNothingToReestimate() throws IOException {
    Path file = model(scores(flat(DataType.FLOAT)).output("scores"));
    Cli cli = eval(file, data(), "--reestimate-batch-norm", 1);
    findsAll(cli);
    assertThat(cli.err()).contains("net.onnx: has no BatchNormalization");
  }

  @Test
  void severalInputsByNameInEveryCommand() throws IOException {
    Path file =
        model(
            scores(
                    new TestModel(17)
                        .input("input_ids", DataType.INT64, -1, ELEMENTS)
                        .input("attention_mask", DataType.INT64, -1, ELEMENTS)
                        .node("Mul", "input_ids attention_mask", "masked")
                        .node(
                            "Cast",
                            "masked",
                            "flat",
                            TestModel.integer("to", DataType.FLOAT.onnxCode())))
                .output("scores"));
    Tensor pixels = Npy.read(folder.resolve("pixels.npy"));
    Tensor ids = Tensor.zeros(DataType.INT32, Shape.of(SAMPLES, ELEMENTS));
    Tensor mask = Tensor.zeros(DataType.BOOL, Shape.of(SAMPLES, ELEMENTS));
    for (int i = 0; i < SAMPLES * ELEMENTS; i++) {
      ids.data().setAtIndex(Tensor.INT, i, pixels.data().get(Tensor.BYTE, i) & 0xff);
      mask.data().set(Tensor.BYTE, i, (byte) 1);
    }
    Npy.write(folder.resolve("ids.npy"), ids);
    Npy.write(folder.resolve("mask.npy"), mask);
    String text =
        """
        {"schema": 1, "name": "tokens", "layout": "npy", "labels": "labels.npy", "classes": 5,
         "images": {"attention_mask": "mask.npy", "%s": "ids.npy"},
         "calibration": {"range": [0, 8]}}
        """;
    Path data = Files.writeString(folder.resolve("d.json"), text.formatted("input_ids"));
    findsAll(eval(file, data));
    findsAll(eval(file, data, "--format", "int8", "--compare-float"));
    for (String command : List.of("analyze", "calibrate")) {
      Cli cli =
          command.equals("analyze")
              ? Cli.run(command, "--model", file, "--data", data, "--format", "int8")
              : Cli.run(
                  command,
                  "--model",
                  file,
                  "--calibration",
                  data,
                  "--format",
                  "int8",
                  "--output",
                  folder.resolve("ranges.json"));
      assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    }
    Path plan =
        Files.writeString(
            folder.resolve("plan.json"),
            """
            {"schema": 1, "name": "tokens", "base": {"model": "%s", "data": "%s"},
             "axes": {"format": ["fp32", "int8"]}}
            """
                .formatted(file, data));
    Cli swept = Cli.run("sweep", "--plan", plan, "--output", folder.resolve("sweep"));
    assertThat(swept.exitCode()).as(swept.err()).isEqualTo(ExitCode.SUCCESS);
    Path other = Files.writeString(folder.resolve("o.json"), text.formatted("ids"));
    eval(file, other).refuses(ExitCode.INPUT, "\"ids\"", "input_ids, attention_mask");
    eval(file, data()).refuses(ExitCode.INPUT, "input_ids, attention_mask", "\"images\"");
  }

  @Test
  void resultsBesideAModelAreNoCards() throws IOException {
    Path file = model(scores(flat(DataType.FLOAT)).output("scores"));
    Path beside = folder.resolve("net.json");
    for (String command : List.of("inspect", "eval", "calibrate")) {
      Cli cli =
          switch (command) {
            case "inspect" -> Cli.run(command, "--model", file, "--json", beside);
            case "eval" -> eval(file, data(), "--json", beside);
            default ->
                Cli.run(
                    command,
                    "--model",
                    file,
                    "--calibration",
                    data(),
                    "--format",
                    "int8",
                    "--output",
                    beside);
          };
      assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
      Cli after = eval(file, data());
      findsAll(after);
      assertThat(after.err()).contains("net.json: no model card");
    }
  }

  @Test
  void modelsAndCardsAreNotOverwritten() throws IOException {
    Path file = model(scores(flat(DataType.FLOAT)).output("scores"));
    Path card =
        Files.writeString(folder.resolve("net.json"), "{\"schema\": 1, \"model\": \"net.onnx\"}");
    Cli.run("inspect", "--model", file, "--json", card)
        .refuses(ExitCode.USAGE, "--json", "net.json", "card");
    Cli.run("inspect", "--model", file, "--json", file)
        .refuses(ExitCode.USAGE, "--json", "net.onnx", "model");
    assertThat(JsonParser.parseString(Files.readString(card)).getAsJsonObject().has("model"))
        .isTrue();
  }

  @Test
  void cardsThatComeWithTheProgramAreFoundByNameAndNamed() throws IOException {
    Path file = folder.resolve("kws-ds_cnn.onnx");
    Files.write(file, scores(flat(DataType.FLOAT)).output("scores").bytes());
    Cli other = eval(file, data());
    findsAll(other);
    assertThat(other.err()).doesNotContain("data-loaders/cards");
    String kws = Files.readString(data()).replace("\"name\": \"pixels\"", "\"name\": \"kws\"");
    Cli cli = eval(file, Files.writeString(folder.resolve("kws.json"), kws));
    findsAll(cli);
    assertThat(cli.err()).contains("kws-ds_cnn.onnx", "data-loaders/cards", "--card");
  }

  @Test
  void preprocessingOfNamedInputsIsRefused() throws IOException {
    Path file = model(scores(flat(DataType.FLOAT)).output("scores"));
    Path data =
        Files.writeString(
            folder.resolve("named.json"),
            """
            {"schema": 1, "name": "named", "layout": "npy", "images": {"x": "pixels.npy"},
             "labels": "labels.npy", "classes": 5, "preprocess": [{"divide": 255}]}
            """);
    eval(file, data).refuses(ExitCode.INPUT, "pixels.npy", "preprocess");
  }
}
