package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Random networks in block formats have the same bits on every backend. */
class BlockNetworksTest {
  private static final int NETWORKS = 60;
  private static final List<String> FORMATS =
      List.of(
          "format=mxfp8-e4m3",
          "format=mxfp4",
          "format=nvfp4",
          "weights=mxfp4 activations=e4m3",
          "weights=nvfp4 activations=mxfp6-e2m3",
          "weights=e3m4 activations=mxfp6-e3m2",
          "format=e2m3:block=3,scale=fp16");
  private static final List<String> PRODUCTS =
      List.of(
          "multiplier=exact",
          "multiplier=exact quantize=output",
          "multiplier=exact accumulator=exact",
          "multiplier=exact round-products=true",
          "multiplier=mitchell quantize=output",
          "multiplier=study",
          "multiplier=adder",
          "multiplier=drum:k=3 accumulator=fp16");

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
    SplittableRandom choice = new SplittableRandom(~seed);
    String options = pick(choice, FORMATS) + " " + pick(choice, PRODUCTS);
    Object expected =
        RandomNetworksTest.outcome(graph, options, "reference", 1, calibration, input);
    if (expected instanceof String refusal) {
      assertThat(refusal).contains("ConvTranspose has no products of codes in block formats");
    }
    for (int threads : new int[] {1, 3}) {
      assertThat(RandomNetworksTest.outcome(graph, options, "cpu", threads, calibration, input))
          .as(options)
          .isEqualTo(expected);
    }
  }

  private static String pick(SplittableRandom random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  @Test
  void sumsOfBlocksAreNotRoundedAsOne() {
    RandomNetwork random = new RandomNetwork(1);
    String options = "format=mxfp4 round-product-and-sum=true";
    Object outcome =
        RandomNetworksTest.outcome(
            random.build(), options, "cpu", 1, random.input(), random.input());
    assertThat((String) outcome).contains("sums of block formats have no range");
  }

  /** Only formats with a scale of the tensor need calibration. */
  @ParameterizedTest
  @CsvSource({
    "format=mxfp4,false",
    "format=nvfp4,true",
    "weights=nvfp4 activations=mxfp4,false",
    "weights=mxfp4 activations=e4m3,true",
    "format=mxfp4 layer=a*:format=int8,true",
    "format=mxfp4 layer=a*:weights=int8,false",
    "format=fp16,false",
    "format=fp16 preset=lsq,true",
    "format=mxfp4 result-quantizer=true result-format=e4m3,true",
    "format=ofp8-e4m3 scale=none,false"
  })
  void someFormatsNeedRanges(String options, boolean needed) {
    Numerics numerics = NumericsParser.parse(RandomNetworksTest.parse(options));
    assertThat(numerics.needsRanges()).isEqualTo(needed);
  }

  @Test
  void blocksDoNotTryRanges() {
    Map<String, List<String>> options = RandomNetworksTest.parse("format=nvfp4 weight-range=mse");
    RandomNetwork random = new RandomNetwork(1);
    Blueprint network =
        Blueprint.of(random.build(), NumericsParser.parse(options), Backends.choose("cpu"), 1);
    List<Map<String, Tensor>> batches = List.of(Map.of(RandomNetwork.INPUT, random.input()));
    assertThatThrownBy(() -> Calibrator.calibrated(network, batches))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("scales each block by its largest number; use minmax");
  }
}
