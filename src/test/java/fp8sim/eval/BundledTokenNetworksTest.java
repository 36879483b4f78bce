package fp8sim.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fp8sim.common.Progress;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Models;
import fp8sim.engine.Network;
import fp8sim.model.Model;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundled language model and text classifier on their data. */
class BundledTokenNetworksTest {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private static final double PERPLEXITY = 3.0828;
  private static final double NEXT_TOKENS = 0.6416;
  private static final int HITS = 829;

  @TempDir Path folder;

  /** The bundled data, described otherwise. */
  private Dataset data(String name, String file, String keys) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/data-loaders/austen/" + file)) {
      Files.write(folder.resolve(file), in.readAllBytes());
    }
    Path description = folder.resolve(name + ".json");
    Files.writeString(
        description,
        "{\"schema\": 1, \"name\": \"%s\", \"layout\": \"tokens\", \"file\": \"%s\", %s}"
            .formatted(name, file, keys));
    return DatasetDescription.load(description.toString(), null).open(null);
  }

  private static Evaluation.Outcome evaluate(Blueprint blueprint, Dataset dataset, int batchSize) {
    Scoring scoring = Scoring.of(blueprint, dataset, null, null, batchSize);
    try (Network network = blueprint.open()) {
      return new Evaluation(network, null, scoring, THREADS)
          .run(dataset.byLength(), Evaluation.Listener.NONE, Progress.Meter.SILENT);
    }
  }

  private static Blueprint floating(Model model, String backend) {
    return Blueprint.of(
        model, Numerics.float32(FloatMath.FUSED), Backends.choose(backend), THREADS);
  }

  /** As PyTorch computed it when the network was made, and in the same windows. */
  @Test
  void perplexityIsThatOfPyTorch() {
    Model model = Models.open("austen-lm", null);
    Dataset dataset = DatasetDescription.load("austen-next", null).open(model.card());
    Scores scores = evaluate(floating(model, "cpu"), dataset, 32).scores();
    assertThat(scores.scored()).isEqualTo(24_576);
    assertThat(scores.perplexity()).isCloseTo(PERPLEXITY, within(1e-4));
    assertThat(scores.top1()).isCloseTo(NEXT_TOKENS, within(1e-4));
    assertThat(model.card().float32().get("perplexity")).isCloseTo(PERPLEXITY, within(1e-4));
  }

  @Test
  void theClassifiersAccuracyIsThatOfPyTorch() {
    Model model = Models.open("austen-classifier", null);
    Dataset dataset = DatasetDescription.load("austen-novels", null).open(model.card());
    Scores scores = evaluate(floating(model, "cpu"), dataset, 32).scores();
    assertThat(scores.scored()).isEqualTo(1200);
    assertThat(scores.top1Hits()).isEqualTo(HITS);
    assertThat(model.card().float32().get("top1")).isCloseTo(HITS / 1200.0, within(1e-4));
  }

  /** Padding, wherever it comes from, changes no bit of what is scored. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "format=e4m3 quantize-extra=attention", "format=e3m4 multiplier=adder"})
  void scoresOfTheClassifierDependOnNeitherBatchNorLengths(String options) throws IOException {
    String keys = "\"labels\": \"label\", \"lengths\": ";
    Model model = Models.open("austen-classifier", null);
    Dataset calibration = DatasetDescription.load("austen-novels", null).openCalibration(null);
    Blueprint network = prepared(model, calibration.limit(8), options, "cpu");
    Dataset plain = data("a", "which-novel.jsonl.gz", keys + "1").limit(24);
    Scores expected = evaluate(network, plain, 1).scores();
    assertThat(expected.scored()).isEqualTo(24);
    for (String lengths : List.of("1", "16", "[24, 64]")) {
      Dataset dataset = data("b", "which-novel.jsonl.gz", keys + lengths).limit(24);
      for (int batchSize : new int[] {7, 32}) {
        assertThat(evaluate(network, dataset, batchSize).scores()).isEqualTo(expected);
      }
    }
    if (!options.isEmpty()) {
      assertThat(evaluate(floating(model, "cpu"), plain, 8).scores().loss())
          .isNotEqualTo(expected.loss());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "format=e4m3 quantize-extra=attention;kv-cache"})
  void scoresOfTheLanguageModelDependOnNeitherBatchNorLengths(String options) throws IOException {
    // The last window of each passage is shorter.
    String keys = "\"task\": \"causal-lm\", \"window\": 40, \"range\": [98, 106], \"lengths\": ";
    Model model = Models.open("austen-lm", null);
    Dataset calibration = DatasetDescription.load("austen-next", null).openCalibration(null);
    Blueprint network = prepared(model, calibration.limit(4), options, "cpu");
    Scores expected = evaluate(network, data("a", "next-character.npz", keys + "1"), 1).scores();
    assertThat(expected.images()).isEqualTo(8);
    assertThat(expected.scored()).isLessThan(8 * 40);
    for (String lengths : List.of("1", "64")) {
      Dataset dataset = data("b", "next-character.npz", keys + lengths);
      assertThat(evaluate(network, dataset, 5).scores()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "austen-lm | next-character.npz | \"task\": \"causal-lm\", \"window\": 20",
        "austen-classifier | which-novel.jsonl.gz | \"labels\": \"label\""
      })
  void theReferenceGivesTheSameBits(String name, String file, String keys) throws IOException {
    Model model = Models.open(name, null);
    Dataset dataset = data("d", file, keys).limit(2);
    for (String options :
        List.of("", "format=e4m3 quantize-extra=kv-cache", "format=e3m4 multiplier=adder")) {
      Blueprint cpu = prepared(model, dataset, options, "cpu");
      Blueprint reference = prepared(model, dataset, options, "reference");
      assertThat(reference.ranges()).isEqualTo(cpu.ranges());
      assertThat(evaluate(reference, dataset, 2).scores())
          .isEqualTo(evaluate(cpu, dataset, 2).scores());
    }
  }

  /** A network with ranges, in float32 without options. */
  private static Blueprint prepared(
      Model model, Dataset calibration, String options, String backend) {
    if (options.isEmpty()) {
      return floating(model, backend);
    }
    Map<String, List<String>> parsed = new LinkedHashMap<>();
    for (String option : options.split(" ", -1)) {
      int equals = option.indexOf('=');
      parsed.put(
          option.substring(0, equals), List.of(option.substring(equals + 1).replace(';', ',')));
    }
    Blueprint bare =
        Blueprint.of(model, NumericsParser.parse(parsed), Backends.choose(backend), THREADS);
    return bare.withRanges(
        new Calibration(8, 8, THREADS).run(bare, calibration, Progress.NONE).value());
  }
}
