package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.golden.StudyModels;
import fp8sim.graph.Graph;
import fp8sim.graph.Op;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.RangesFile;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results depend on the request only: not on the backend, threads, batch split or ranges file. */
class QuantizedNetworkTest {
  private static final Tensor INPUT = StudyModels.tensor("input.npy");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format=e4m3",
        "format=e4m3 quantize=output",
        "format=ofp8-e4m3 activation-sign=auto",
        "format=e3m4 bias-policy=real batch-norm=fold",
        "format=int8 quantize=output",
        "format=e3m4 rounding=stochastic seed=5",
        "format=e2m5 result-quantizer=true preset=lsq",
        "format=int4 preset=fc4-dw8 weight-range=mse",
        "weights=e2m1 weight-scope=tensor",
      })
  void backendsGiveTheSameBits(String options) {
    for (String model : new String[] {"tiny_resnet", "tiny_mobilenet_v2"}) {
      float[] expected = logits(model, options, "reference", 1, 8);
      assertThat(expected).doesNotContain(Float.NaN);
      assertThat(logits(model, options, "cpu", 2, 8)).as(model).isEqualTo(expected);
    }
  }

  @Test
  void stochasticRoundingDoesNotDependOnTheBatchSplit() {
    String options = "format=e3m4 rounding=stochastic";
    float[] whole = logits("tiny_resnet", options, "cpu", 2, 8);
    assertThat(logits("tiny_resnet", options, "cpu", 1, 3)).isEqualTo(whole);
    assertThat(logits("tiny_resnet", options + " seed=1", "cpu", 1, 8)).isNotEqualTo(whole);
  }

  @Test
  void rangesOfAFileGiveTheSameBits() {
    Path file = folder.resolve("ranges.json");
    float[] expected;
    Blueprint bare = blueprint("tiny_resnet", "format=e3m4", "cpu", 2);
    try (Network network = calibrated(bare).open()) {
      expected = run(network, 8);
      new RangesFile("hash", network.blueprint().ranges()).write(file);
    }
    Blueprint other = blueprint("tiny_resnet", "format=e3m4", "cpu", 2);
    try (Network network = other.withRanges(RangesFile.read(file).ranges()).open()) {
      assertThat(run(network, 8)).isEqualTo(expected);
    }
  }

  @Test
  void activationsWithoutRangesAreRefused() {
    try (Network network = blueprint("tiny_resnet", "format=e3m4", "cpu", 1).open()) {
      assertThatThrownBy(() -> run(network, 8))
          .isInstanceOf(Fp8simException.class)
          .hasMessageContaining("--calibration");
    }
  }

  @Test
  void aPatternThatMatchesNothingIsRefused() {
    Blueprint network = blueprint("tiny_resnet", "format=e3m4 layer=conv9*:format=int8", "cpu", 1);
    assertThatThrownBy(() -> calibrated(network))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("conv9*");
  }

  @Test
  void estimatingBatchNormalizationAgainOnItsOwnDataKeepsTheLogitsNear() {
    Blueprint blueprint =
        calibrated(blueprint("tiny_resnet", "format=e3m4 batch-norm=keep", "cpu", 2));
    float[] before;
    try (Network network = blueprint.open()) {
      before = run(network, 8);
    }
    Map<String, Tensor> statistics;
    try (BatchNormEstimator estimator = new BatchNormEstimator(blueprint)) {
      estimator.observe(Map.of("input", INPUT), 0);
      statistics = estimator.constants();
    }
    assertThat(statistics).isNotEmpty();
    float[] byBatch;
    try (Sessions sessions = blueprint.sessions(Purpose.BATCH_STATISTICS)) {
      byBatch = sessions.run(Map.of("input", INPUT)).get("logits").toFloats();
    }
    try (Network network = blueprint.withConstants(statistics).open()) {
      float[] after = run(network, 8);
      // The averages of one batch are its own statistics, but for the divisor of the variance.
      assertThat(relativeDistance(after, byBatch)).isLessThan(0.1);
      assertThat(relativeDistance(after, before)).isGreaterThan(0.1);
    }
    try (BatchNormEstimator again = new BatchNormEstimator(blueprint.withConstants(statistics))) {
      // What a batch has in itself does not depend on the statistics kept so far.
      again.observe(Map.of("input", INPUT), 0);
      assertThat(again.constants())
          .hasSameSizeAs(statistics)
          .allSatisfy(
              (name, tensor) ->
                  assertThat(tensor.toFloats()).isEqualTo(statistics.get(name).toFloats()));
    }
  }

  /** Root of the mean squared difference, as a part of that of the values themselves. */
  private static double relativeDistance(float[] values, float[] others) {
    double differences = 0;
    double squares = 0;
    for (int i = 0; i < others.length; i++) {
      differences += Math.pow(values[i] - others[i], 2);
      squares += Math.pow(others[i], 2);
    }
    return Math.sqrt(differences / squares);
  }

  @Test
  void quantizersAreWhereTheStudyHasThem() {
    Map<String, CalibratedRange> ranges =
        calibrated(blueprint("tiny_resnet", "format=e3m4 quantize=output preset=study", "cpu", 1))
            .ranges()
            .byName();
    assertThat(ranges)
        .containsKeys(
            "/conv1/Conv/weight",
            "/conv1/Conv/output",
            "/layer1/layer1.0/Add/output",
            "/fc/Gemm/output")
        .doesNotContainKeys("/conv1/Conv/input", "/avgpool/GlobalAveragePool/output");
    assertThat(ranges.get("/conv1/Conv/weight").ranges()).hasSize(8);
  }

  @Test
  void averagePoolingPassesByDefaultOrHasAQuantizerOfItsOwn() {
    String pool = "/avgpool/GlobalAveragePool/output";
    Blueprint own = calibrated(blueprint("tiny_resnet", "format=e3m4 quantize=output", "cpu", 1));
    assertThat(own.ranges().byName()).containsKey(pool);
    Blueprint passing = calibrated(blueprint("tiny_resnet", "format=e3m4", "cpu", 1));
    assertThat(passing.ranges().byName()).containsKey("/fc/Gemm/input");
    Graph graph = passing.quantize(Map.of("input", INPUT.shape()), Map.of()).graph();
    assertThat(graph.nodes())
        .filteredOn(node -> node.op() instanceof Op.FakeQuantize)
        .isNotEmpty()
        .noneMatch(node -> node.name().startsWith("/avgpool/"));
  }

  private static float[] logits(
      String model, String options, String backend, int threads, int batch) {
    try (Network network = calibrated(blueprint(model, options, backend, threads)).open()) {
      return run(network, batch);
    }
  }

  private static Blueprint blueprint(String model, String options, String backend, int threads) {
    return Blueprint.of(
        OnnxModel.read(StudyModels.file(model + ".onnx")),
        NumericsParser.parse(parse(options)),
        Backends.choose(backend),
        threads);
  }

  /** Options by name, from {@code name=value name=value}. */
  static Map<String, List<String>> parse(String options) {
    Map<String, List<String>> map = new LinkedHashMap<>();
    for (String option : options.split(" ", 0)) {
      String[] parts = option.split("=", 2);
      map.computeIfAbsent(parts[0], key -> new ArrayList<>()).add(parts[1]);
    }
    return map;
  }

  private static Blueprint calibrated(Blueprint network) {
    Tensor samples = part(StudyModels.tensor("calibration.npy"), 0, 8);
    return Calibrator.calibrated(network, List.of(Map.of("input", samples)));
  }

  private static float[] run(Network network, int batch) {
    int samples = INPUT.shape().dim(0);
    float[] all = new float[0];
    for (int first = 0; first < samples; first += batch) {
      int count = Math.min(batch, samples - first);
      network.setSample(first);
      float[] part =
          network.run(Map.of("input", part(INPUT, first, count))).get("logits").toFloats();
      int end = all.length;
      all = Arrays.copyOf(all, end + part.length);
      System.arraycopy(part, 0, all, end, part.length);
    }
    return all;
  }

  private static Tensor part(Tensor tensor, int first, int count) {
    Shape shape = tensor.shape().with(0, count);
    long bytes = (long) shape.elements() / count * Float.BYTES;
    return new Tensor(tensor.type(), shape, tensor.data().asSlice(first * bytes, count * bytes));
  }
}
