package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxModel;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** all-MiniLM-L6-v2 from its jar: embeddings of sentences of any length, as ONNX Runtime's. */
class SentenceEmbeddingTest {
  private static final int PADDED_BATCH = 8;
  private static final double LEAST_COSINE = 0.99999;

  private static Encoder encoder;
  private static List<List<Long>> sentences;

  @BeforeAll
  static void readJar() {
    encoder = Encoder.read("all-minilm-l6-v2");
    sentences = encoder.sentences();
  }

  @Test
  void tokenizesAsTheModelWasTrained() {
    assertThat(encoder.wordPiece().encode("Hello, world!"))
        .containsExactly(101L, 7592L, 1010L, 2088L, 999L, 102L);
    assertThat(encoder.wordPiece().encode("Embeddings"))
        .containsExactly(101L, 7861L, 8270L, 4667L, 2015L, 102L);
  }

  @Test
  void everySentenceAloneFused(TestReporter reporter) throws OrtException {
    assertThat(sentences).hasSize(50);
    assertThat(sentences.stream().map(List::size).distinct()).hasSizeGreaterThan(15);
    compare(FloatMath.FUSED, sentences.stream().map(List::of).toList(), reporter);
  }

  @Test
  void someSentencesAloneSeparate(TestReporter reporter) throws OrtException {
    compare(FloatMath.SEPARATE, sentences.subList(0, 5).stream().map(List::of).toList(), reporter);
  }

  @Test
  void aPaddedBatch(TestReporter reporter) throws OrtException {
    compare(FloatMath.FUSED, List.of(sentences.subList(0, PADDED_BATCH)), reporter);
  }

  @Test
  void theReferenceGivesTheSameBits() {
    Map<String, Tensor> inputs = Encoder.inputs(sentences.subList(0, 4));
    for (FloatMath floatMath : FloatMath.values()) {
      try (Network reference = network("reference", floatMath);
          Network cpu = network("cpu", floatMath)) {
        Map<String, Tensor> expected = reference.run(inputs);
        cpu.run(inputs)
            .forEach(
                (name, actual) ->
                    assertThat(actual.data().mismatch(expected.get(name).data()))
                        .as(name)
                        .isEqualTo(-1));
      }
    }
  }

  private static Network network(String backend, FloatMath floatMath) {
    return new Network(
        OnnxModel.read(encoder.name(), encoder.model()),
        Numerics.float32(floatMath),
        Backends.choose(backend),
        Runtime.getRuntime().availableProcessors());
  }

  private static void compare(
      FloatMath floatMath, List<List<List<Long>>> batches, TestReporter reporter)
      throws OrtException {
    List<Map<String, Tensor>> inputs = batches.stream().map(Encoder::inputs).toList();
    List<Map<String, Tensor>> oracle = OnnxRuntime.runAll(encoder.model(), inputs);
    double least = 1;
    try (Network network = network("cpu", floatMath)) {
      String output = network.blueprint().outputs().getFirst();
      for (int b = 0; b < batches.size(); b++) {
        List<List<Long>> batch = batches.get(b);
        float[][] expected = Encoder.embeddings(oracle.get(b).get(output), batch);
        float[][] actual = Encoder.embeddings(network.run(inputs.get(b)).get(output), batch);
        for (int i = 0; i < batch.size(); i++) {
          least = Math.min(least, Encoder.cosine(actual[i], expected[i]));
        }
      }
    }
    reporter.publishEntry("1 - least cosine", Double.toString(1 - least));
    assertThat(least).isGreaterThanOrEqualTo(LEAST_COSINE);
  }
}
