package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.kernel.Backend;
import fp8sim.kernel.DeviceMemoryException;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole networks on the device give the bits of {@code cpu}. */
class TornadoNetworksTest {
  private static final Path MODELS = Path.of("models");
  private static final Path NETWORKS = Path.of("src", "test", "resources", "networks");

  @BeforeAll
  static void needsDevice() {
    Backend tornado =
        Backends.all().stream()
            .filter(backend -> backend.name().equals(Backends.TORNADO))
            .findFirst()
            .orElseThrow();
    assumeTrue(tornado.isUsable(), tornado.unusableReason());
  }

  @ParameterizedTest
  @CsvSource({
    "fashion-mobilenet_v2, fp32, exact, false",
    "fashion-mobilenet_v2, e4m3, exact, false",
    "fashion-mobilenet_v2, e3m4, adder:compensation=3, false",
    "fashion-resnet, e4m3, study, true",
    "fashion-vit, e3m4, mitchell, false",
  })
  void bundledModels(String model, String format, String multiplier, boolean round) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    options.put("float-math", List.of("separate"));
    options.put("format", List.of(format));
    options.put("multiplier", List.of(multiplier));
    if (round) {
      options.put("round-products", List.of("true"));
    }
    assertSameBits(MODELS.resolve(model + ".onnx"), NumericsParser.parse(options));
  }

  @ParameterizedTest
  @CsvSource({"vit_opset17", "mobilenet_v3_small_opset13", "densenet_opset13"})
  void networks(String name) {
    Map<String, List<String>> options = Map.of("float-math", List.of("separate"));
    assertSameBits(NETWORKS.resolve(name + ".onnx"), NumericsParser.parse(options));
  }

  @Test
  void smallerBatchesRunOnTheSameNetwork() {
    Map<String, List<String>> options = Map.of("float-math", List.of("separate"));
    Numerics numerics = NumericsParser.parse(options);
    Graph graph = OnnxModel.read(MODELS.resolve("fashion-resnet.onnx"));
    try (Network cpu = new Network(graph, numerics, Backends.choose("cpu"), 1);
        Network tornado = new Network(graph, numerics, Backends.choose("tornado"), 1)) {
      for (int batch : new int[] {3, 1, 2}) {
        assertThat(run(tornado, batch)).isEqualTo(run(cpu, batch));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2MB, fp32, exact, nearest-even, fp32",
    "2MB, e4m3, exact, stochastic, fp32",
    "11MB, e3m4, adder, nearest-even, fp16:64"
  })
  void batchesThatMemoryDoesNotHoldRunInParts(
      String memory, String format, String multiplier, String rounding, String accumulator) {
    Map<String, List<String>> options =
        Map.of(
            "float-math", List.of("separate"),
            "format", List.of(format),
            "multiplier", List.of(multiplier),
            "rounding", List.of(rounding),
            "accumulator", List.of(accumulator));
    Path model = MODELS.resolve("fashion-resnet.onnx");
    withMemory(memory, () -> assertSameBits(model, NumericsParser.parse(options), 16));
  }

  @Test
  void oneSampleThatMemoryDoesNotHoldIsAnError() {
    Map<String, List<String>> options = Map.of("float-math", List.of("separate"));
    Graph graph = OnnxModel.read(MODELS.resolve("fashion-resnet.onnx"));
    try (Network network =
        new Network(graph, NumericsParser.parse(options), Backends.choose("tornado"), 1)) {
      withMemory(
          "300KB",
          () ->
              assertThatThrownBy(() -> run(network, 5))
                  .isInstanceOf(DeviceMemoryException.class)
                  .hasMessageContainingAll("1x1x28x28", "MiB of memory", "has 0.3 MiB")
                  .extracting(e -> ((Fp8simException) e).exitCode())
                  .isEqualTo(ExitCode.BACKEND));
    }
  }

  /** The option of TornadoVM, which has read it long before: here it only limits networks. */
  private static void withMemory(String size, Runnable action) {
    String option = "tornado.device.memory";
    String before = System.getProperty(option);
    System.setProperty(option, size);
    try {
      action.run();
    } finally {
      System.setProperty(option, before);
    }
  }

  @Test
  void namesEveryStepWithoutKernel() {
    Graph graph = OnnxModel.read(NETWORKS.resolve("odd_ops_opset13.onnx"));
    Map<String, List<String>> options = Map.of("float-math", List.of("separate"));
    try (Network network =
        new Network(graph, NumericsParser.parse(options), Backends.choose("tornado"), 1)) {
      assertThatThrownBy(() -> run(network, 1))
          .isInstanceOf(Fp8simException.class)
          .hasMessageContainingAll("Resize node", "--backend cpu")
          .extracting(e -> ((Fp8simException) e).exitCode())
          .isEqualTo(ExitCode.USAGE);
    }
  }

  @Test
  void refusesFusedFloatMath() {
    Graph graph = OnnxModel.read(MODELS.resolve("fashion-resnet.onnx"));
    try (Network network = new Network(graph, Numerics.FLOAT32, Backends.choose("tornado"), 1)) {
      assertThatThrownBy(() -> run(network, 1)).hasMessageContaining("--float-math separate");
    }
  }

  private static void assertSameBits(Path model, Numerics numerics) {
    assertSameBits(model, numerics, 2);
  }

  private static void assertSameBits(Path model, Numerics numerics, int batch) {
    Graph graph = OnnxModel.read(model);
    int[][] bits = new int[2][];
    String[] backends = {"cpu", "tornado"};
    for (int i = 0; i < backends.length; i++) {
      Blueprint bare = Blueprint.of(graph, numerics, Backends.choose(backends[i]), 2);
      try (Network network = Calibrator.calibrated(bare, List.of(inputs(bare, batch))).open()) {
        bits[i] = run(network, batch);
      }
    }
    assertThat(bits[1]).isEqualTo(bits[0]);
  }

  private static Map<String, Tensor> inputs(Blueprint network, int batch) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    Random random = new Random(1);
    network
        .inputs()
        .forEach(
            input -> {
              int[] dims =
                  input.dims().stream().mapToInt(d -> d.isDynamic() ? batch : d.size()).toArray();
              float[] values = new float[Shape.of(dims).elements()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
              }
              inputs.put(input.name(), Tensor.ofFloats(Shape.of(dims), values));
            });
    return inputs;
  }

  /** The bits of the first output for a random input. */
  private static int[] run(Network network, int batch) {
    Map<String, Tensor> inputs = inputs(network.blueprint(), batch);
    String output = network.blueprint().outputs().getFirst();
    float[] outputs = network.run(inputs).get(output).toFloats();
    int[] bits = new int[outputs.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(outputs[i]));
    return bits;
  }
}
