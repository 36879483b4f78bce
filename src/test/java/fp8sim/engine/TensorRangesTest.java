package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.onnx.TestModel;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerRole;
import fp8sim.quant.TensorRangesFile;
import fp8sim.quant.ValueRange;
import fp8sim.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges that AIMET and ONNX Runtime write by tensor reach the quantizers of these tensors. */
class TensorRangesTest {
  private static final Path MODEL =
      Path.of("src", "test", "resources", "networks", "resnet_basic_opset17_bn.onnx");

  @TempDir Path folder;

  private final Graph graph = OnnxModel.read(MODEL);
  private final Node conv = graph.nodes().getFirst();

  private TensorRanges.Mapped map(String json) {
    String text = json.replace("INPUT", conv.input(0)).replace("WEIGHT", conv.input(1));
    Map<String, List<String>> options = Map.of("format", List.of("int8"));
    Blueprint network =
        Blueprint.of(graph, NumericsParser.parse(options), Backends.choose("cpu"), 1);
    return TensorRanges.map(network, TensorRangesFile.find(file(text)).orElseThrow().byTensor());
  }

  private Path file(String text) {
    try {
      return Files.writeString(folder.resolve("ranges.json"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":\"0.6.1\",\"activation_encodings\":{\"INPUT\":[{\"bitwidth\":8,"
            + "\"dtype\":\"int\",\"is_symmetric\":\"False\",\"min\":-1.0,\"max\":1.55,"
            + "\"offset\":-100,\"scale\":0.01}],\"other\":[{\"min\":0,\"max\":1}]}}",
        "{\"version\":\"1.0.0\",\"activation_encodings\":[{\"name\":\"INPUT\",\"bw\":8,"
            + "\"dtype\":\"INT\",\"enc_type\":\"PER_TENSOR\",\"is_sym\":false,"
            + "\"offset\":[-100],\"scale\":[0.01]},{\"name\":\"other\",\"bw\":8,"
            + "\"dtype\":\"INT\",\"is_sym\":true,\"offset\":[-128],\"scale\":[1.0]}],"
            + "\"param_encodings\":[]}",
        "{\"INPUT\":[-1.0,1.55],\"other\":[0,1]}",
        "{\"INPUT\":[{\"rmin\":-1.0,\"rmax\":1.55}],\"other\":[0,1]}",
        "{\"CLS\":\"TensorsData\",\"data\":{\"INPUT\":{\"CLS\":\"TensorData\",\"lowest\":"
            + "{\"CLS\":\"numpy.array\",\"data\":-1.0,\"dtype\":\"float32\"},\"highest\":"
            + "{\"CLS\":\"numpy.array\",\"data\":[1.55],\"dtype\":\"float32\"}},"
            + "\"other\":[0,1]}}",
      })
  void dialectsGiveTheRangeOfTheTensor(String json) {
    TensorRanges.Mapped mapped = map(json);
    QuantizerId input = new QuantizerId(conv.name(), QuantizerRole.INPUT);
    assertThat(mapped.ranges().byName()).containsOnlyKeys(input.toString());
    assertThat(mapped.ranges().find(input).ranges()).containsExactly(ValueRange.of(-1f, 1.55f));
    assertThat(mapped.unused()).containsExactly("other");
  }

  @Test
  void aSymmetricWeightKeepsItsScale() {
    TensorRanges.Mapped mapped =
        map(
            "{\"version\":\"1.0.0\",\"activation_encodings\":[],\"param_encodings\":[{\"name\":"
                + "\"WEIGHT\",\"bw\":8,\"dtype\":\"INT\",\"is_sym\":true,\"offset\":[-128],"
                + "\"scale\":[0.5]}]}");
    QuantizerId weight = new QuantizerId(conv.name(), QuantizerRole.WEIGHT);
    assertThat(mapped.ranges().find(weight).ranges())
        .isNotEmpty()
        .allMatch(range -> range.equals(ValueRange.of(-63.5f, 63.5f)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"INPUT\":[1]}",
        "{\"INPUT\":[2,1]}",
        "{\"INPUT\":[\"a\",1]}",
        "{\"activation_encodings\":7}",
        "{\"activation_encodings\":[{\"name\":\"INPUT\",\"bw\":99,\"scale\":[1],\"offset\":[0]}]}",
      })
  void whatIsNoRangeIsRefused(String json) {
    assertThatThrownBy(() -> map(json))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("encodings of AIMET");
  }

  @Test
  void operandsAreKnownWhicheverSideTheyAreOn() {
    Graph products =
        new TestModel(17)
            .input("x", 3, 2)
            .input("y", 2, 4)
            .floats("w", Shape.of(3, 3), new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9})
            .node("MatMul", "w x", "left")
            .node("MatMul", "left y", "product")
            .output("product")
            .read();
    Map<String, List<String>> options =
        Map.of("format", List.of("int8"), "quantize-extra", List.of("attention"));
    Blueprint network =
        Blueprint.of(products, NumericsParser.parse(options), Backends.choose("cpu"), 1);
    Map<String, List<ValueRange>> byTensor =
        Map.of(
            "w", List.of(ValueRange.of(-9f, 9f)),
            "x", List.of(ValueRange.of(-1f, 1f)),
            "y", List.of(ValueRange.of(-2f, 2f)));
    TensorRanges.Mapped mapped = TensorRanges.map(network, byTensor);
    assertThat(mapped.unused()).isEmpty();
    assertThat(mapped.ranges().find(new QuantizerId("n_product", QuantizerRole.RIGHT)).ranges())
        .containsExactly(ValueRange.of(-2f, 2f));
    assertThat(mapped.ranges().find(new QuantizerId("n_left", QuantizerRole.INPUT)).ranges())
        .containsExactly(ValueRange.of(-1f, 1f));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"activation_encodings\":{\"INPUT\":[]}}",
        "{\"activation_encodings\":[{\"name\":\"INPUT\",\"bw\":8,\"scale\":[],\"offset\":[]}]}",
      })
  void tensorsWithoutRangesAreRefused(String json) {
    assertThatThrownBy(() -> map(json))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("ranges.json")
        .hasMessageContaining("has no ranges");
  }
}
