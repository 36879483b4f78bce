package fp8sim.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fp8sim.common.Fp8simException;
import fp8sim.common.Progress;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Network;
import fp8sim.graph.Graph;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scores of token networks that can be computed by hand. */
class TokenEvaluationTest {
  private static final float LOG_3 = (float) Math.log(3);

  @TempDir Path folder;

  private Dataset open(String keys, String lines) throws IOException {
    Files.writeString(folder.resolve("t.jsonl"), lines);
    Path file = folder.resolve("d.json");
    Files.writeString(
        file,
        "{\"schema\": 1, \"name\": \"d\", \"layout\": \"tokens\", \"file\": \"t.jsonl\""
            + keys
            + "}");
    return DatasetDescription.load(file.toString(), null).open(null);
  }

  /** After token i, token i + 1 has a probability of 3/5, the two others of 1/5. */
  private static Graph bigram(String input, int... dims) {
    return new TestModel(17)
        .input(input, DataType.INT64, dims)
        .floats("table", Shape.of(3, 3), 0, LOG_3, 0, 0, 0, LOG_3, LOG_3, 0, 0)
        .node("Gather", "table " + input, "logits")
        .output("logits")
        .read();
  }

  private static Blueprint network(Graph graph) {
    return Blueprint.of(graph, Numerics.float32(FloatMath.FUSED), Backends.choose(Backends.CPU), 2);
  }

  private static Evaluation.Outcome evaluate(Graph graph, Dataset dataset, int batchSize) {
    try (Network network = network(graph).open();
        Network other = network(graph).open()) {
      Scoring scoring = Scoring.of(network.blueprint(), dataset, null, null, batchSize);
      return new Evaluation(network, other, scoring, 2)
          .run(dataset.byLength(), Evaluation.Listener.NONE, Progress.Meter.SILENT);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, ''",
    "2, '\"lengths\": 8,'",
    "32, '\"window\": 2,'",
    "3, '\"window\": 3, \"stride\": 1,'"
  })
  void perplexityOfABigramModel(int batchSize, String keys) throws IOException {
    String more = keys.isEmpty() ? "" : ", " + keys.substring(0, keys.length() - 1);
    Dataset dataset =
        open(
            ", \"task\": \"causal-lm\"" + more,
            """
            {"input_ids": [0, 1, 2, 0, 0]}
            {"input_ids": [2, 2]}
            {"input_ids": [1, 2]}
            """);
    for (Graph graph :
        new Graph[] {bigram("input_ids", -1, -2), bigram("words", -1, -2), bigram("x", -1, 8)}) {
      Scores scores = evaluate(graph, dataset, batchSize).scores();
      // 0 1, 1 2, 2 0 and 1 2 are predicted; 0 0 and 2 2 are not.
      double loss = -(4 * Math.log(0.6) + 2 * Math.log(0.2)) / 6;
      assertThat(scores.isLanguageModel()).isTrue();
      assertThat(scores.scored()).isEqualTo(6);
      assertThat(scores.top1Hits()).isEqualTo(4);
      assertThat(scores.perplexity()).isCloseTo(Math.exp(loss), within(1e-6));
      double step = Math.log(3);
      double deviation = Math.sqrt((4 * step / 3 * step / 3 + 2 * step * 2 / 3 * step * 2 / 3) / 5);
      assertThat(scores.lossDeviation()).isCloseTo(deviation, within(1e-6));
      double half = 1.959963984540054 * deviation / Math.sqrt(6);
      assertThat(scores.perplexityInterval95().low())
          .isCloseTo(Math.exp(loss - half), within(1e-6));
      assertThat(scores.perplexityInterval95().high())
          .isCloseTo(Math.exp(loss + half), within(1e-6));
    }
  }

  @Test
  void tokensWithoutALabelAreNotScored() throws IOException {
    Dataset dataset =
        open(
            ", \"task\": \"token-classification\", \"labels\": \"tags\", \"classes\": 3,"
                + " \"ignore\": -1",
            """
            {"input_ids": [0, 1, 2], "tags": [1, -1, 1]}
            {"input_ids": [2], "tags": [0]}
            """);
    Evaluation.Outcome outcome = evaluate(bigram("input_ids", -1, -2), dataset, 2);
    assertThat(outcome.scores().images()).isEqualTo(2);
    assertThat(outcome.scores().scored()).isEqualTo(3);
    assertThat(outcome.scores().top1()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(outcome.scores().isLanguageModel()).isFalse();
    assertThat(outcome.comparison().rows()).isEqualTo(3);
    assertThat(outcome.otherScores()).isEqualTo(outcome.scores());
  }

  @Test
  void withoutLabelsEveryTokenIsCompared() throws IOException {
    Dataset dataset = open("", "{\"input_ids\": [0, 1, 2]}\n{\"input_ids\": [2]}\n");
    Evaluation.Outcome outcome = evaluate(bigram("input_ids", -1, -2), dataset, 2);
    assertThat(outcome.scores().isKnown()).isFalse();
    assertThat(outcome.scores().images()).isEqualTo(2);
    assertThat(outcome.comparison().rows()).isEqualTo(4);
    assertThat(outcome.comparison().agreement()).isEqualTo(1);
    assertThat(outcome.comparison().cosine()).isCloseTo(1, within(1e-12));
    assertThat(outcome.comparison().sqnr()).isInfinite();
  }

  @Test
  void nearnessIsMeasuredOverAllOutputs() {
    OutputComparison comparison = new OutputComparison();
    comparison.add(new float[] {3, 0}, new float[] {3, 4});
    comparison.add(new float[] {0, 2}, new float[] {0, 2});
    comparison.add(new float[] {0, 0}, new float[] {0, 0});
    comparison.add(new float[] {0, 0}, new float[] {0, 1});
    assertThat(comparison.rows()).isEqualTo(4);
    assertThat(comparison.agreeing()).isEqualTo(2);
    assertThat(comparison.cosine()).isCloseTo((0.6 + 1 + 1 + 0) / 4, within(1e-12));
    assertThat(comparison.sqnr()).isCloseTo(10 * Math.log10(13 / 17.0), within(1e-9));
    assertThat(comparison.interval95()).isEqualTo(Interval.wilson95(2, 4));
  }

  @Test
  void aTaskNeedsAnOutputForEveryToken() throws IOException {
    Graph graph =
        new TestModel(17)
            .input("input_ids", DataType.INT64, -1, -2)
            .floats("table", Shape.of(3, 3), new float[9])
            .node("Gather", "table input_ids", "rows")
            .node(
                "ReduceMean",
                "rows",
                "logits",
                TestModel.integers("axes", 1),
                TestModel.integer("keepdims", 0))
            .output("logits")
            .read();
    Dataset dataset = open(", \"task\": \"causal-lm\"", "{\"input_ids\": [0, 1, 2]}");
    assertThatThrownBy(() -> evaluate(graph, dataset, 1))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("\"logits\" FLOAT 1x3")
        .hasMessageContaining("for every token");
  }

  @Test
  void anIdBeyondTheVocabularyIsOneLine() throws IOException {
    Dataset dataset = open(", \"task\": \"causal-lm\"", "{\"input_ids\": [0, 3, 2]}");
    assertThatThrownBy(() -> evaluate(bigram("input_ids", -1, -2), dataset, 1))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("3");
  }
}
