package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.kernel.StepRunner;
import fp8sim.numerics.NumericsParser;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random networks under random numerics have the same bits on every backend. */
class RandomNetworksTest {
  private static final int NETWORKS = 120;
  private static final List<String> FORMATS =
      List.of(
          "format=e3m4",
          "format=e4m3",
          "format=e5m2",
          "format=e2m5",
          "format=e4m3:normal-only",
          "weights=e4m3 activations=e5m2",
          "weights=e3m4 activations=e4m3",
          "weights=e2m3 activations=e3m4",
          "format=e4m5");
  private static final List<String> PRODUCTS =
      List.of(
          "multiplier=exact accumulator=exact",
          "multiplier=exact round-products=true",
          "multiplier=exact round-product-and-sum=true",
          "multiplier=study",
          "multiplier=study:compensation=2,normalize-subnormals=false round-products=true",
          "multiplier=adder",
          "multiplier=adder:compensation=3,overflow=wrap",
          "multiplier=adder:underflow=keep-fraction,zero=raw,normalize-subnormals=true",
          "multiplier=lmul",
          "multiplier=mitchell",
          "multiplier=mitchell round-products=true",
          "multiplier=mbm",
          "multiplier=truncated:k=2",
          "multiplier=drum:k=3 round-products=true");
  private static final List<String> ACCUMULATORS =
      List.of("exact", "fp32", "fp16", "bf16", "e5m6", "q12.10", "q8.6:wrap", "fp16:16");

  static LongStream seeds() {
    return LongStream.range(0, NETWORKS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void backendsGiveTheSameBits(long seed) {
    RandomNetwork random = new RandomNetwork(seed);
    Graph graph = random.build();
    Tensor calibration = random.input();
    Tensor input = random.input();
    String options = options(new SplittableRandom(~seed));
    Object expected = outcome(graph, options, "reference", 1, calibration, input);
    if (expected instanceof String refusal) {
      assertThat(refusal).contains("an exact sum of", "more than 128");
    }
    for (int threads : new int[] {1, 3}) {
      assertThat(outcome(graph, options, "cpu", threads, calibration, input))
          .as(options)
          .isEqualTo(expected);
    }
  }

  /** The bits of the output, or why there are none. */
  static Object outcome(
      Graph graph, String options, String backend, int threads, Tensor calibration, Tensor input) {
    try {
      return run(graph, options, backend, threads, calibration, input);
    } catch (Fp8simException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** A random choice of formats, products and places of quantizers. */
  static String options(SplittableRandom random) {
    List<String> options = new ArrayList<>();
    options.add(pick(random, FORMATS));
    String products = pick(random, PRODUCTS);
    options.add(products);
    if (random.nextInt(3) == 0 && !products.contains("accumulator")) {
      options.add("accumulator=" + pick(random, ACCUMULATORS));
    }
    options.add("bias-policy=" + pick(random, List.of("saturate", "study", "real")));
    options.add("quantize=" + pick(random, List.of("input", "output")));
    options.add("weight-scope=" + pick(random, List.of("channel", "tensor")));
    options.add("activation-sign=" + pick(random, List.of("signed", "auto")));
    options.add("float-math=" + pick(random, List.of("fused", "separate")));
    return String.join(" ", options);
  }

  private static String pick(SplittableRandom random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static int[] run(
      Graph graph, String options, String backend, int threads, Tensor calibration, Tensor input) {
    Blueprint blueprint =
        Blueprint.of(
            graph, NumericsParser.parse(parse(options)), Backends.choose(backend), threads);
    List<Map<String, Tensor>> batches = List.of(Map.of(RandomNetwork.INPUT, calibration));
    try (Network network = Calibrator.calibrated(blueprint, batches).open()) {
      Map<String, Tensor> outputs = network.run(Map.of(RandomNetwork.INPUT, input));
      return StepRunner.bits(outputs.get(RandomNetwork.OUTPUT));
    }
  }

  /** Options as {@link NumericsParser} takes them. */
  static Map<String, List<String>> parse(String options) {
    Map<String, List<String>> map = new LinkedHashMap<>();
    for (String option : options.split(" ", 0)) {
      String[] parts = option.split("=", 2);
      map.put(parts[0], List.of(parts[1]));
    }
    return map;
  }
}
