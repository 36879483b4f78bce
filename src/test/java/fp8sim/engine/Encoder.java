package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.JsonFile;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An encoder of sentences from its jar, with its tokenizer.
 *
 * @param model the bytes of its ONNX file
 */
record Encoder(String name, byte[] model, WordPiece wordPiece) {
  /** The encoder whose files are called {@code NAME.onnx} and {@code NAME-tokenizer.json}. */
  static Encoder read(String name) {
    String tokenizer = name + "-tokenizer.json";
    byte[] model = resource("/" + name + ".onnx");
    return new Encoder(
        name, model, new WordPiece(JsonFile.parse(tokenizer, text("/" + tokenizer))));
  }

  /** Fifty sentences of many lengths, as token ids. */
  List<List<Long>> sentences() {
    return text("sentences.txt").lines().map(wordPiece::encode).toList();
  }

  /** Sentences filled up to the longest, with their mask. */
  static Map<String, Tensor> inputs(List<List<Long>> batch) {
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
  static float[][] embeddings(Tensor tokens, List<List<Long>> batch) {
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

  /** Of two vectors. */
  static double cosine(float[] a, float[] b) {
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

  private static String text(String name) {
    return new String(resource(name), StandardCharsets.UTF_8);
  }

  private static byte[] resource(String name) {
    try (InputStream in = Encoder.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
