package fp8sim.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import fp8sim.common.Fp8simException;
import fp8sim.conformance.Closeness;
import fp8sim.graph.Graph;
import fp8sim.npy.Npy;
import fp8sim.onnx.OnnxModel;
import fp8sim.onnx.OnnxWriter;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exported networks give, read again, the bits of the runs that they come from, and in ONNX Runtime
 * the same numbers but for the order of float32 sums.
 */
class NetworkExportTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "networks");

  private static final Path ODD = FOLDER.resolve("odd_ops_opset13.onnx");

  private static final List<String> NUMERICS =
      List.of(
          "format=int8",
          "format=int8 quantize=output integer-activations=symmetric weight-scope=tensor",
          "format=ofp8-e4m3 quantize=output",
          "format=e5m2 bias-policy=cover",
          "weights=int4 activations=fp16",
          "format=e4m3fnuz quantize-extra=attention,layernorm,gelu",
          "weights=ofp8-e5m2 activations=fp32");

  /**
   * A sum that ONNX Runtime adds in another order may lie on the other side of a boundary of
   * rounding; most results are closer than 1e-6.
   */
  private static final double ROUNDED_OTHERWISE = 0.01;

  /** Formats of 4 bits have far boundaries. */
  private static final double BLOCKS_ROUNDED_OTHERWISE = 0.1;

  private static final double FP4_ROUNDED_OTHERWISE = 0.3;

  private static final List<String> BLOCKS =
      List.of(
          "format=mxfp8-e4m3",
          "format=mxfp8-e5m2 quantize=output",
          "format=mxfp6-e2m3",
          "format=mxint8 quantize-extra=attention",
          "format=e3m2:block=5,scale=e4m3",
          "format=int4:block=3,scale=fp16 quantize=output",
          "format=e2m4:block=16,scale=fp32",
          "weights=mxfp6-e3m2 activations=e3m4:block=8,scale=bf16",
          "format=e4m3:block=16,scale=e5m2");

  /** Elements of ONNX's FP4, which ONNX Runtime does not compute with. */
  private static final List<String> FP4_BLOCKS =
      List.of("format=mxfp4", "format=nvfp4", "weights=nvfp4 activations=fp32");

  private static final ExportTarget QONNX =
      new ExportTarget(Dialect.QONNX, OnnxWriter.NEWEST_OPSET);

  /** Without FP4. */
  private static final ExportTarget OPSET_21 = new ExportTarget(Dialect.ONNX, 21);

  static List<Path> models() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
  }

  static List<Arguments> quantizedModels() throws IOException {
    List<Arguments> all = new ArrayList<>();
    List<Path> models = models();
    for (int i = 0; i < models.size(); i++) {
      all.add(Arguments.of(models.get(i), NUMERICS.get(i % NUMERICS.size())));
      all.add(Arguments.of(models.get(i), NUMERICS.get((i + 3) % NUMERICS.size())));
    }
    return all;
  }

  static List<Arguments> modelsInBlocks() throws IOException {
    List<Arguments> all = new ArrayList<>();
    List<Path> models = models();
    for (int i = 0; i < models.size(); i++) {
      for (int j = i % 3; j < BLOCKS.size(); j += 3) {
        all.add(Arguments.of(models.get(i), BLOCKS.get(j)));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("modelsInBlocks")
  void blockFormatsKeepTheirBits(Path model, String numerics) throws OrtException {
    keepsBits(model, numerics, BLOCKS_ROUNDED_OTHERWISE);
  }

  @ParameterizedTest
  @MethodSource("models")
  void floatNetworksKeepTheirNodesAndBits(Path model) throws OrtException {
    Graph graph = OnnxModel.read(model);
    Map<String, Tensor> inputs = inputs(model, graph);
    ExportedNetwork exported = new ExportedNetwork(graph, "", inputs);
    assertSameBits(exported.runFile(inputs), exported.run(inputs));
    assertClose(OnnxRuntime.run(exported.file(), inputs), exported.run(inputs), 1e-5);
  }

  @ParameterizedTest
  @MethodSource("quantizedModels")
  void quantizedNetworksKeepTheirBits(Path model, String numerics) throws OrtException {
    keepsBits(model, numerics, ROUNDED_OTHERWISE);
  }

  private static void keepsBits(Path model, String numerics, double tolerance) throws OrtException {
    Graph graph = OnnxModel.read(model);
    Map<String, Tensor> inputs = inputs(model, graph);
    ExportedNetwork exported = new ExportedNetwork(graph, numerics, inputs);
    Map<String, Tensor> expected = exported.run(inputs);
    assertSameBits(exported.runFile(inputs), expected);
    assertClose(OnnxRuntime.run(exported.file(), inputs), expected, tolerance);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format=e3m4",
        "format=e2m5 bias-policy=study batch-norm=fold",
        "format=int8 quantize=output",
        "format=int5 integer-activations=symmetric",
        "format=e4m3 activation-sign=auto rounding=nearest-away",
        "weights=e0m7 activations=ofp8-e4m3 scale=power-of-two",
        "format=mxfp6-e3m2 rounding=nearest-away",
        "format=mxint8",
        "format=nvfp4"
      })
  void qonnxHoldsAnyFormat(String numerics) {
    for (Path model : List.of(FOLDER.resolve("resnet_basic_opset17_bn.onnx"), ODD)) {
      Graph graph = OnnxModel.read(model);
      Map<String, Tensor> inputs = inputs(model, graph);
      ExportedNetwork exported = new ExportedNetwork(graph, numerics, inputs, QONNX);
      assertSameBits(exported.runFile(inputs), exported.run(inputs));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void blocksOfFp4KeepTheirBits(Path model) throws OrtException {
    Graph graph = OnnxModel.read(model);
    Map<String, Tensor> inputs = inputs(model, graph);
    for (String numerics : FP4_BLOCKS) {
      ExportedNetwork exported = new ExportedNetwork(graph, numerics, inputs);
      Map<String, Tensor> expected = exported.run(inputs);
      assertSameBits(exported.runFile(inputs), expected);
      ExportedNetwork older = new ExportedNetwork(graph, numerics, inputs, OPSET_21);
      assertSameBits(older.runFile(inputs), expected);
      assertClose(OnnxRuntime.run(older.file(), inputs), expected, FP4_ROUNDED_OTHERWISE);
    }
  }

  @Test
  void theSameNetworkGivesTheSameBytes() {
    Graph graph = OnnxModel.read(ODD);
    Map<String, Tensor> inputs = inputs(ODD, graph);
    assertThat(new ExportedNetwork(graph, "format=int8", inputs).file())
        .isEqualTo(new ExportedNetwork(OnnxModel.read(ODD), "format=int8", inputs).file());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "format=e3m4 | no element type of ONNX has the values of e3m4",
        "format=ofp8-e4m3 rounding=stochastic | no element type of ONNX has the values",
        "format=e4m3 multiplier=adder | --multiplier adder cannot be exported",
        "format=int8 accumulator=exact | --accumulator exact cannot be exported",
        "format=int8 bias-policy=study batch-norm=keep | rounds BatchNormalization",
      })
  void whatOnnxCannotHoldIsRefused(String numerics, String message) {
    Path model = FOLDER.resolve("resnet_basic_opset17_bn.onnx");
    Graph graph = OnnxModel.read(model);
    Map<String, Tensor> inputs = inputs(model, graph);
    assertThatThrownBy(() -> new ExportedNetwork(graph, numerics, inputs))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining(message);
  }

  @Test
  void olderOpsetsHaveNoFp4() {
    Graph graph = OnnxModel.read(ODD);
    Map<String, Tensor> inputs = inputs(ODD, graph);
    assertThatThrownBy(() -> new ExportedNetwork(graph, "format=e2m1", inputs, OPSET_21))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("no element type of ONNX has the values of e2m1");
  }

  private static Map<String, Tensor> inputs(Path model, Graph graph) {
    String stem = String.valueOf(model.getFileName()).replaceAll("_opset.*", "");
    Tensor input = Npy.read(model.resolveSibling(stem + "_input.npy"));
    return Map.of(graph.inputs().getFirst().name(), input);
  }

  private static void assertSameBits(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertThat(actual.get(name).data().mismatch(tensor.data())).as(name).isEqualTo(-1));
  }

  private static void assertClose(
      Map<String, Tensor> actual, Map<String, Tensor> expected, double tolerance) {
    expected.forEach(
        (name, tensor) ->
            assertThat(Closeness.relativeL2(actual.get(name), tensor)).isLessThan(tolerance));
  }
}
