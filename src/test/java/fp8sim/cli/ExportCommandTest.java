package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
import fp8sim.model.ModelCard;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code export}: the files that it writes, and those that it leaves alone. */
class ExportCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"int8", "mxfp8-e4m3", "nvfp4"})
  void theExportedNetworkScoresAsTheQuantizedOne(String format) {
    Path net = folder.resolve("net.onnx");
    Path ranges = folder.resolve("ranges.json");
    Object[] given = {"--model", "fashion-resnet", "--format", format};
    succeeds(given, "calibrate", "--calibration-batches", 2, "--output", ranges);
    succeeds(given, "export", "--ranges", ranges, "--output", net);
    JsonObject quantized = eval(given, "--ranges", ranges);
    JsonObject exported = eval(new Object[] {"--model", net});
    for (String key : List.of("top1", "top5", "loss")) {
      assertThat(exported.get(key)).as(key).isEqualTo(quantized.get(key));
    }
  }

  private JsonObject eval(Object[] words, Object... more) {
    Path json = folder.resolve("result.json");
    Object[] options = Stream.concat(Stream.of(words), Stream.of(more)).toArray();
    succeeds(options, "eval", "--limit", 64, "--json", json);
    return JsonFile.read(json);
  }

  private static void succeeds(Object[] words, Object command, Object... more) {
    Object[] all =
        Stream.of(Stream.of(command), Stream.of(words), Stream.of(more))
            .flatMap(part -> part)
            .toArray();
    Cli cli = Cli.run(all);
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
  }

  @Test
  void theCardSaysWhereTheNetworkComesFrom() {
    Path net = folder.resolve("net.onnx");
    export("--model", "fashion-vit", "--output", net, "--external-data");
    assertThat(folder.resolve("net.onnx.data")).exists();
    ModelCard card = ModelCard.load(folder.resolve("net.json"));
    assertThat(card.model()).isEqualTo("net.onnx");
    assertThat(card.dataset()).isEqualTo("fashion-mnist");
    assertThat(card.float32()).isEmpty();
    assertThat(card.json().get("source").getAsString())
        .startsWith("exported by fp8sim from fashion-vit.onnx with float32");
  }

  private static void export(Object... words) {
    succeeds(words, "export");
  }

  @Test
  void aModelWithoutCardGivesNone() throws IOException {
    Path copy = folder.resolve("copy.onnx");
    export("--model", bare(), "--output", copy);
    assertThat(copy).exists();
    assertThat(folder.resolve("copy.json")).doesNotExist();
  }

  private Path bare() throws IOException {
    TestModel model =
        new TestModel(17)
            .input("x", -1, 2)
            .floats("a", Shape.of(2, 2), 1, 2, 3, 4)
            .node("MatMul", "x a", "y")
            .output("y");
    return Files.write(folder.resolve("bare.onnx"), model.bytes());
  }

  @Test
  void otherFilesAreNotReplaced() throws IOException {
    Path model = bare();
    String text = "{\"schema\": 1, \"model\": \"bare.onnx\"}";
    Path card = Files.writeString(folder.resolve("bare.json"), text);
    Cli.run("export", "--model", model, "--output", folder.resolve("bare.qonnx"))
        .refuses(ExitCode.USAGE, "is the model or its card");
    Path ranges = Files.writeString(folder.resolve("other.json"), "{\"quantizers\": {}}");
    Cli.run("export", "--model", model, "--output", folder.resolve("other.onnx"))
        .refuses(ExitCode.USAGE, "other.json, which is no card");
    Cli.run(
            "export",
            "--model",
            model,
            "--output",
            folder.resolve("new.onnx"),
            "--json",
            folder.resolve("new.json"))
        .refuses(ExitCode.USAGE, "writes this file too");
    assertThat(card).hasContent(text);
    assertThat(ranges).hasContent("{\"quantizers\": {}}");
    assertThat(folder.resolve("new.onnx")).doesNotExist();
  }

  @Test
  void aFullDiskIsNamed() throws IOException {
    Cli.run("export", "--model", bare(), "--output", "/dev/full")
        .refuses(ExitCode.OUTPUT, "cannot write /dev/full");
  }
}
