package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import fp8sim.common.JsonFile;
import fp8sim.common.Progress;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.eval.Calibration;
import fp8sim.eval.Evaluation;
import fp8sim.eval.OutputComparison;
import fp8sim.eval.Scoring;
import fp8sim.graph.Graph;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** all-MiniLM-L6-v2, quantized as a whole, against float32 on sentences without labels. */
class EncoderFormatsTest {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  @TempDir Path folder;

  @Test
  void outputsStayNearFloat32(TestReporter reporter) throws IOException {
    byte[] model = resource("/all-minilm-l6-v2.onnx");
    assumeThat(model).isNotEmpty();
    Graph graph = OnnxModel.read("all-minilm-l6-v2", model);
    String vocabulary = "all-minilm-l6-v2-tokenizer.json";
    WordPiece words =
        new WordPiece(
            JsonFile.parse(
                vocabulary, new String(resource("/" + vocabulary), StandardCharsets.UTF_8)));
    List<String> lines =
        new String(resource("sentences.txt"), StandardCharsets.UTF_8)
            .lines()
            .map(line -> "{\"input_ids\": " + words.encode(line) + "}")
            .toList();
    Dataset calibration = dataset("c", lines.subList(0, 12));
    Dataset measured = dataset("d", lines.subList(12, 24));
    long rows = 0;
    for (Map.Entry<String, double[]> expected :
        List.of(
            Map.entry("e4m3", new double[] {0.98, 15}),
            Map.entry("int8", new double[] {0.8, 4}),
            Map.entry("e3m4", new double[] {0.98, 15}))) {
      OutputComparison found = compare(graph, expected.getKey(), calibration, measured);
      reporter.publishEntry(
          expected.getKey(), "cosine %.5f, SQNR %.2f dB".formatted(found.cosine(), found.sqnr()));
      assertThat(found.cosine()).isGreaterThan(expected.getValue()[0]);
      assertThat(found.sqnr()).isGreaterThan(expected.getValue()[1]);
      rows = found.rows();
    }
    assertThat(rows).isEqualTo(tokens(measured));
  }

  private static long tokens(Dataset dataset) {
    long tokens = 0;
    for (int i = 0; i < dataset.size(); i++) {
      tokens += dataset.sample(i).getFirst().shape().elements();
    }
    return tokens;
  }

  private Dataset dataset(String name, List<String> lines) throws IOException {
    Files.write(folder.resolve(name + ".jsonl"), lines);
    Path file = folder.resolve(name + ".json");
    Files.writeString(
        file,
        """
        {"schema": 1, "name": "%s", "layout": "tokens", "file": "%s.jsonl", "lengths": 16}
        """
            .formatted(name, name));
    return DatasetDescription.load(file.toString(), null).open(null);
  }

  private static OutputComparison compare(
      Graph graph, String format, Dataset calibration, Dataset measured) {
    Blueprint bare =
        blueprint(graph, Map.of("format", List.of(format), "quantize-extra", List.of("attention")));
    Blueprint network =
        bare.withRanges(
            new Calibration(32, Integer.MAX_VALUE, THREADS)
                .run(bare, calibration, Progress.NONE)
                .value());
    Blueprint floating = blueprint(graph, Map.of("format", List.of("fp32")));
    Scoring scoring = Scoring.of(network, measured, null, null, 16);
    try (Network quantized = network.open();
        Network other = floating.open()) {
      return new Evaluation(quantized, other, scoring, THREADS)
          .run(measured.byLength(), Evaluation.Listener.NONE, Progress.Meter.SILENT)
          .comparison();
    }
  }

  private static Blueprint blueprint(Graph graph, Map<String, List<String>> options) {
    return Blueprint.of(
        graph, NumericsParser.parse(options), Backends.choose(Backends.CPU), THREADS);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = EncoderFormatsTest.class.getResourceAsStream(name)) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }
}
