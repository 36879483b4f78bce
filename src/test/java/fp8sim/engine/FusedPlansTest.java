package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.Fp8simException;
import fp8sim.golden.StudyModels;
import fp8sim.graph.Graph;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.kernel.StepRunner;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Plan;
import fp8sim.plan.Planner;
import fp8sim.plan.StepFusion;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A plan whose element-wise nodes run inside other steps gives the bits of the plan in which each
 * node has its own step. Every backend runs fused plans only, so no comparison of backends sees a
 * wrong fusion.
 */
class FusedPlansTest {
  private static final int NETWORKS = 60;

  /** What some plan has fused: a test in which nothing is fused would show nothing. */
  private static final Set<Class<?>> FUSED = new HashSet<>();

  static LongStream seeds() {
    return LongStream.range(0, NETWORKS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomNetworksHaveTheSameBits(long seed) {
    RandomNetwork random = new RandomNetwork(seed);
    Graph graph = random.build();
    Map<String, Tensor> calibration = Map.of(RandomNetwork.INPUT, random.input());
    Map<String, Tensor> input = Map.of(RandomNetwork.INPUT, random.input());
    String quantized = RandomNetworksTest.options(new SplittableRandom(~seed));
    for (String options : List.of("float-math=fused", "float-math=separate", quantized)) {
      try {
        compare(graph, options, calibration, input);
      } catch (Fp8simException e) {
        assertThat(e).hasMessageContaining("an exact sum of");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fashion-resnet, float-math=fused",
    "fashion-resnet, format=e4m3",
    "fashion-resnet, format=e3m4 multiplier=adder:compensation=2 round-products=true",
    "fashion-resnet, format=int8 quantize=output",
    "fashion-mobilenet_v2, float-math=separate",
    "fashion-mobilenet_v2, format=e5m2 quantize=output bias-policy=study",
    "fashion-mobilenet_v2, format=e4m3 multiplier=mitchell accumulator=fp16:64",
    "fashion-vit, float-math=fused",
    "fashion-vit, format=e3m4 quantize-extra=attention;layernorm;softmax;gelu multiplier=drum:k=3",
    "fashion-vit, format=e4m3 quantize=output result-quantizer=true",
  })
  void bundledModelsHaveTheSameBits(String model, String options) {
    Graph graph = OnnxModel.read(Path.of("models", model + ".onnx"));
    Map<String, Tensor> data = images(graph.inputs().getFirst().name());
    compare(graph, options.replace(';', ','), data, data);
  }

  private static Map<String, Tensor> images(String input) {
    Shape shape = Shape.of(2, 1, 28, 28);
    float[] pixels = new float[shape.elements()];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return Map.of(input, Tensor.ofFloats(shape, pixels));
  }

  /** Under bias policy study a fused BatchNormalization is another one by definition. */
  @ParameterizedTest
  @CsvSource({
    "tiny_resnet, format=e3m4 batch-norm=keep",
    "tiny_resnet, format=e4m3 batch-norm=keep quantize=output float-math=separate",
    "tiny_mobilenet_v2, format=e4m3 batch-norm=keep bias-policy=saturate multiplier=adder",
  })
  void keptNormalizationHasTheSameBits(String model, String options) {
    Map<String, Tensor> data = Map.of("input", StudyModels.tensor("input.npy"));
    compare(OnnxModel.read(StudyModels.file(model + ".onnx")), options, data, data);
  }

  private static void compare(
      Graph graph, String options, Map<String, Tensor> calibration, Map<String, Tensor> input) {
    for (String backend : List.of("reference", "cpu")) {
      Backends.Choice choice = Backends.choose(backend);
      Blueprint bare =
          Blueprint.of(graph, NumericsParser.parse(RandomNetworksTest.parse(options)), choice, 2);
      Blueprint network = Calibrator.calibrated(bare, List.of(calibration));
      try (Sessions sessions = network.sessions(Purpose.INFERENCE)) {
        QuantizedGraph quantized = sessions.compile(input).quantized();
        Plan fused = plan(quantized, network.numerics(), StepFusion.ELEMENTWISE);
        Plan apart = plan(quantized, network.numerics(), StepFusion.NONE);
        assertThat(epilogues(apart)).isEmpty();
        epilogues(fused).forEach(epilogue -> FUSED.add(epilogue.getClass()));
        assertThat(apart.steps()).hasSizeGreaterThanOrEqualTo(fused.steps().size());
        QuantizerTable table = sessions.table();
        assertThat(run(table, choice, fused, input))
            .as("%s %s", backend, options)
            .isEqualTo(run(table, choice, apart, input));
      }
    }
  }

  private static Plan plan(QuantizedGraph quantized, Numerics numerics, StepFusion fusion) {
    ApproximateProducts products = new ApproximateProducts(numerics.quantizers().biasPolicy());
    return Planner.plan(
        quantized.share(quantized.graph()),
        numerics,
        Compiler.placed(quantized),
        new NetworkProducts(quantized, numerics).arithmetics(products),
        fusion);
  }

  private static List<Epilogue> epilogues(Plan plan) {
    List<Epilogue> all = new ArrayList<>();
    plan.steps().forEach(step -> all.addAll(step.epilogue()));
    return all;
  }

  /** The bits of all outputs. */
  private static Map<String, List<Integer>> run(
      QuantizerTable table, Backends.Choice choice, Plan plan, Map<String, Tensor> input) {
    SessionOptions options = new SessionOptions(2, choice.device(), new PreparedConstants(), table);
    Map<String, List<Integer>> bits = new HashMap<>();
    try (Session session = choice.backend().compile(plan, options)) {
      session
          .run(input)
          .forEach(
              (name, tensor) -> {
                List<Integer> values = new ArrayList<>();
                for (int value : StepRunner.bits(tensor)) {
                  values.add(value);
                }
                bits.put(name, values);
              });
    }
    return bits;
  }

  @AfterAll
  static void everyKindOfEpilogueWasCompared() {
    assertThat(FUSED).containsExactlyInAnyOrder(Epilogue.class.getPermittedSubclasses());
  }
}
