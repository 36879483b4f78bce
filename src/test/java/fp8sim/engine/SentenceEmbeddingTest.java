package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import fp8sim.common.JsonFile;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxModel;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** all-MiniLM-L6-v2 from its jar: embeddings of sentences of any length, as ONNX Runtime's. */
class SentenceEmbeddingTest {
  private static final int PADDED_BATCH = 8;
  private static final double LEAST_COSINE = 0.99999;

  private static byte[] model;
  private static List<List<Long>> sentences;

  @BeforeAll
  static void readJar() throws IOException {
    model = resource("/all-minilm-l6-v2.onnx");
    String name = "all-minilm-l6-v2-tokenizer.json";
    WordPiece wordPiece = new WordPiece(JsonFile.parse(name, text("/" + name)));
    sentences = text("sentences.txt").lines().map(wordPiece::encode).toList();
  }

  @Test
  void tokenizesAsTheModelWasTrained() throws IOException {
    String name = "all-minilm-l6-v2-tokenizer.json";
    WordPiece wordPiece = new WordPiece(JsonFile.parse(name, text("/" + name)));
    assertThat(wordPiece.encode("Hello, world!"))
        .containsExactly(101L, 7592L, 1010L, 2088L, 999L, 102L);
    assertThat(wordPiece.encode("Embeddings"))
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
    Map<String, Tensor> inputs = inputs(sentences.subList(0, 4));
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
        OnnxModel.read("all-minilm-l6-v2", model),
        Numerics.float32(floatMath),
        Backends.choose(backend),
        Runtime.getRuntime().availableProcessors());
  }

  private static void compare(
      FloatMath floatMath, List<List<List<Long>>> batches, TestReporter reporter)
      throws OrtException {
    List<Map<String, Tensor>> inputs = batches.stream().map(SentenceEmbeddingTest::inputs).toList();
    List<Map<String, Tensor>> oracle = OnnxRuntime.runAll(model, inputs);
    double least = 1;
    try (Network network = network("cpu", floatMath)) {
      String output = network.blueprint().outputs().getFirst();
      for (int b = 0; b < batches.size(); b++) {
        List<List<Long>> batch = batches.get(b);
        float[][] expected = embeddings(oracle.get(b).get(output), batch);
        float[][] actual = embeddings(network.run(inputs.get(b)).get(output), batch);
        for (int i = 0; i < batch.size(); i++) {
          least = Math.min(least, cosine(actual[i], expected[i]));
        }
      }
    }
    reporter.publishEntry("1 - least cosine", Double.toString(1 - least));
    assertThat(least).isGreaterThanOrEqualTo(LEAST_COSINE);
  }

  private static Map<String, Tensor> inputs(List<List<Long>> batch) {
    int length = batch.stream().mapToInt(List::size).max().orElseThrow();
    long[] ids = new long[batch.size() * length];
    long[] mask = new long[ids.length];
    for (int i = 0; i < batch.size(); i++) {
      for (int j = 0; j < batch.get(i).size(); j++) {
        ids[i * length + j] = batch.get(i).get(j);
        mask[i * length + j] = 1;
      }
    }
    Shape shape = Shape.of(batch.size(), length);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("input_ids", Tensor.ofLongs(shape, ids));
    inputs.put("attention_mask", Tensor.ofLongs(shape, mask));
    inputs.put("token_type_ids", Tensor.ofLongs(shape, new long[ids.length]));
    return inputs;
  }

  /** The mean of a sentence's token vectors, padding left out. */
  private static float[][] embeddings(Tensor tokens, List<List<Long>> batch) {
    int length = tokens.shape().dim(1);
    int width = tokens.shape().dim(2);
    float[] values = tokens.toFloats();
    float[][] means = new float[batch.size()][width];
    for (int i = 0; i < means.length; i++) {
      int count = batch.get(i).size();
      for (int j = 0; j < count; j++) {
        for (int k = 0; k < width; k++) {
          means[i][k] += values[(i * length + j) * width + k] / count;
        }
      }
    }
    return means;
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squareA += (double) a[i] * a[i];
      squareB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squareA * squareB);
  }

  private static String text(String name) throws IOException {
    return new String(resource(name), StandardCharsets.UTF_8);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SentenceEmbeddingTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }
}
