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
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Encoders that ONNX Runtime quantized dynamically, with scales that follow from each input, give
 * its embeddings.
 */
class QuantizedEncoderTest {
  private static final int SENTENCES = 8;

  /**
   * A sum in another order may lie on the other side of a boundary of rounding to 8 bits, and that
   * difference moves others. ONNX Runtime with and without its optimizer differs by 28 to 31 dB.
   */
  private static final double LEAST_SQNR = 26;

  private static final double LEAST_COSINE = 0.99;

  @ParameterizedTest
  @ValueSource(strings = {"all-minilm-l6-v2-q", "bge-small-en-v1.5-q"})
  void embeddingsAreOnnxRuntimes(String name, TestReporter reporter) throws OrtException {
    Encoder encoder = Encoder.read(name);
    List<List<Long>> sentences = encoder.sentences().subList(0, SENTENCES);
    List<Map<String, Tensor>> inputs =
        sentences.stream().map(sentence -> Encoder.inputs(List.of(sentence))).toList();
    List<Map<String, Tensor>> oracle = OnnxRuntime.runAll(encoder.model(), inputs);
    double least = 1;
    double signal = 0;
    double noise = 0;
    double largest = 0;
    try (Network network =
        new Network(
            OnnxModel.read(name, encoder.model()),
            Numerics.float32(FloatMath.FUSED),
            Backends.choose(Backends.CPU),
            Runtime.getRuntime().availableProcessors())) {
      String output = network.blueprint().outputs().getFirst();
      for (int i = 0; i < inputs.size(); i++) {
        Tensor theirs = oracle.get(i).get(output);
        Tensor ours = network.run(inputs.get(i)).get(output);
        float[] expected = theirs.toFloats();
        float[] actual = ours.toFloats();
        for (int j = 0; j < expected.length; j++) {
          double difference = (double) actual[j] - expected[j];
          signal += (double) expected[j] * expected[j];
          noise += difference * difference;
          largest = Math.max(largest, Math.abs(difference));
        }
        List<List<Long>> batch = List.of(sentences.get(i));
        least =
            Math.min(
                least,
                Encoder.cosine(
                    Encoder.embeddings(ours, batch)[0], Encoder.embeddings(theirs, batch)[0]));
      }
    }
    double sqnr = 10 * Math.log10(signal / noise);
    reporter.publishEntry(
        name,
        "1 - least cosine %.2e, SQNR %.1f dB, largest difference %.2e"
            .formatted(1 - least, sqnr, largest));
    assertThat(least).isGreaterThan(LEAST_COSINE);
    assertThat(sqnr).isGreaterThan(LEAST_SQNR);
  }
}
