package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnxruntime.OrtException;
import fp8sim.conformance.Closeness;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxModel;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Full-size torchvision classifiers against ONNX Runtime. The folder with their ONNX files is the
 * system property {@code fp8sim.exports}. The last node's input is compared too: torchvision starts
 * the last weights of its transformers as zeros, so that their logits say nothing.
 */
class FullSizeModelsTest {
  private static final int SEED = 7;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet18",
        "resnet50",
        "mobilenet_v2",
        "mobilenet_v3_large",
        "efficientnet_b0",
        "squeezenet1_1",
        "densenet121",
        "googlenet",
        "inception_v3",
        "shufflenet_v2_x1_0",
        "mnasnet1_0",
        "regnet_y_400mf",
        "convnext_tiny",
        "swin_t",
        "vit_b_16"
      })
  void fusedAgreesWithOnnxRuntime(String model, TestReporter reporter)
      throws IOException, OrtException {
    agrees(file(model), FloatMath.FUSED, reporter);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "mobilenet_v3_large", "swin_t"})
  void separateAgreesWithOnnxRuntime(String model, TestReporter reporter)
      throws IOException, OrtException {
    agrees(file(model), FloatMath.SEPARATE, reporter);
  }

  private static void agrees(Path file, FloatMath floatMath, TestReporter reporter)
      throws IOException, OrtException {
    byte[] model = alsoReturning(beforeLast(file), file);
    int threads = Runtime.getRuntime().availableProcessors();
    try (Network network =
        new Network(
            OnnxModel.read(file.toString(), model),
            Numerics.float32(floatMath),
            Backends.choose("cpu"),
            threads)) {
      GraphInput declared = network.blueprint().inputs().getFirst();
      List<Map<String, Tensor>> inputs =
          IntStream.of(1, 2)
              .mapToObj(batch -> Map.of(declared.name(), random(declared, batch)))
              .toList();
      List<Map<String, Tensor>> expected = OnnxRuntime.runAll(model, inputs);
      for (int i = 0; i < inputs.size(); i++) {
        List<Double> errors = errors(network, inputs.get(i), expected.get(i));
        reporter.publishEntry(
            file.getFileName() + " " + floatMath + " batch " + (i + 1), "relative L2 " + errors);
        assertThat(errors).hasSize(2).allMatch(error -> error <= 1e-4);
      }
    }
  }

  private static List<Double> errors(
      Network network, Map<String, Tensor> inputs, Map<String, Tensor> expected) {
    Map<String, Tensor> actual = network.run(inputs);
    return network.blueprint().outputs().stream()
        .map(output -> error(actual.get(output), expected.get(output)))
        .toList();
  }

  private static double error(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    return Closeness.relativeL2(actual, expected);
  }

  private static String beforeLast(Path file) {
    Graph graph = OnnxModel.read(file);
    String output = graph.outputs().getFirst();
    return graph.nodes().stream()
        .filter(node -> node.outputs().contains(output))
        .map(node -> node.inputs().getFirst())
        .findFirst()
        .orElseThrow();
  }

  /** The model with one more output: messages in protobuf merge when their bytes are joined. */
  private static byte[] alsoReturning(String value, Path file) throws IOException {
    TypeProto.Builder type = TypeProto.newBuilder();
    type.getTensorTypeBuilder().setElemType(DataType.FLOAT.onnxCode());
    ModelProto.Builder more = ModelProto.newBuilder();
    more.getGraphBuilder().addOutputBuilder().setName(value).setType(type);
    byte[] extra = more.build().toByteArray();
    try (InputStream in = Files.newInputStream(file)) {
      int size = Math.toIntExact(Files.size(file));
      byte[] bytes = new byte[size + extra.length];
      in.readNBytes(bytes, 0, size);
      System.arraycopy(extra, 0, bytes, size, extra.length);
      return bytes;
    }
  }

  /** An image of standard normal values, as after the usual preprocessing. */
  private static Tensor random(GraphInput declared, int batch) {
    Shape shape =
        Shape.of(
            declared.dims().stream()
                .mapToInt(dim -> dim.isDynamic() ? batch : dim.size())
                .toArray());
    Random random = new Random(SEED);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(shape, values);
  }

  private static Path file(String model) {
    String folder = System.getProperty("fp8sim.exports");
    assumeTrue(folder != null, "needs exported models: -Dfp8sim.exports=FOLDER");
    Path file = Path.of(String.valueOf(folder), model + ".onnx");
    assumeTrue(Files.isRegularFile(file), "needs " + file);
    return file;
  }
}
