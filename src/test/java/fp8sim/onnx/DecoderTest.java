package fp8sim.onnx;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.number;

import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A small decoder as exporters write language models now: two layers with RMS normalization, rotary
 * embedding, grouped heads, a cache as inputs and outputs, and gated layers behind. ONNX Runtime is
 * the oracle.
 */
class DecoderTest {
  private static final int WIDTH = 16;
  private static final int HEADS = 4;
  private static final int KEY_HEADS = 2;
  private static final int HEAD = WIDTH / HEADS;
  private static final int INNER = 24;
  private static final int TOKENS = 11;
  private static final int POSITIONS = 32;

  private final Random random = new Random(3);

  private void weights(TestModel model, String name, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.3f;
    }
    model.floats(name, shape, values);
  }

  private static void angles(TestModel model) {
    int half = HEAD / 2;
    float[] cosine = new float[POSITIONS * half];
    float[] sine = new float[POSITIONS * half];
    for (int i = 0; i < cosine.length; i++) {
      int position = i / half;
      double angle = position * Math.pow(100, -(i % half) / (double) half);
      cosine[i] = (float) Math.cos(angle);
      sine[i] = (float) Math.sin(angle);
    }
    model.floats("cos", Shape.of(POSITIONS, half), cosine);
    model.floats("sin", Shape.of(POSITIONS, half), sine);
  }

  /** Adds a product with a weight. */
  private String product(TestModel model, String x, String name, int inputs, int outputs) {
    weights(model, name + "_w", inputs, outputs);
    model.node("MatMul", x + " " + name + "_w", name);
    return name;
  }

  private String normalized(TestModel model, String x, String name) {
    weights(model, name + "_g", WIDTH);
    model.node("RMSNormalization", x + " " + name + "_g", name, number("epsilon", 1e-5f));
    return name;
  }

  private String layer(TestModel model, String x, String layer, int batch, int past) {
    String normal = normalized(model, x, layer + "n1");
    String q = product(model, normal, layer + "q", WIDTH, WIDTH);
    String k = product(model, normal, layer + "k", WIDTH, KEY_HEADS * HEAD);
    String v = product(model, normal, layer + "v", WIDTH, KEY_HEADS * HEAD);
    model.node("RotaryEmbedding", q + " cos sin p", q + "r", integer("num_heads", HEADS));
    model.node("RotaryEmbedding", k + " cos sin p", k + "r", integer("num_heads", KEY_HEADS));
    String caches = "";
    if (past > 0) {
      model.input(layer + "pk", batch, KEY_HEADS, past, HEAD);
      model.input(layer + "pv", batch, KEY_HEADS, past, HEAD);
      caches = " - " + layer + "pk " + layer + "pv";
    }
    model.node(
        "Attention",
        q + "r " + k + "r " + v + caches,
        layer + "a " + layer + "ck " + layer + "cv",
        integer("q_num_heads", HEADS),
        integer("kv_num_heads", KEY_HEADS),
        integer("is_causal", past == 0 ? 1 : 0));
    model.output(layer + "ck").output(layer + "cv");
    String attended = product(model, layer + "a", layer + "o", WIDTH, WIDTH);
    model.node("Add", x + " " + attended, layer + "r1");
    String second = normalized(model, layer + "r1", layer + "n2");
    String gate = product(model, second, layer + "g", WIDTH, INNER);
    String up = product(model, second, layer + "u", WIDTH, INNER);
    model.node("Sigmoid", gate, layer + "s");
    model.node("Mul", gate + " " + layer + "s", layer + "swish");
    model.node("Mul", layer + "swish " + up, layer + "gated");
    String down = product(model, layer + "gated", layer + "d", INNER, WIDTH);
    model.node("Add", layer + "r1 " + down, layer + "r2");
    return layer + "r2";
  }

  private TestModel decoder(int batch, int length, int past) {
    TestModel model = new TestModel(23);
    model.input("ids", DataType.INT64, batch, length).input("p", DataType.INT64, batch, length);
    angles(model);
    weights(model, "words", TOKENS, WIDTH);
    model.node("Gather", "words ids", "x0");
    String x = layer(model, "x0", "a", batch, past);
    x = layer(model, x, "b", batch, past);
    product(model, normalized(model, x, "last"), "logits", WIDTH, TOKENS);
    return model.output("logits");
  }

  private void check(int batch, int length, int past) {
    Tensor ids = Tensor.zeros(DataType.INT64, Shape.of(batch, length));
    Tensor positions = Tensor.zeros(DataType.INT64, Shape.of(batch, length));
    for (int i = 0; i < batch * length; i++) {
      ids.data().setAtIndex(Tensor.LONG, i, (i * 7 + 3) % TOKENS);
      positions.data().setAtIndex(Tensor.LONG, i, past + i % length);
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("ids", ids);
    inputs.put("p", positions);
    Oracle.check(decoder(batch, length, past), inputs);
  }

  @Test
  void aPrompt() {
    check(2, 6, 0);
  }

  @Test
  void oneTokenMore() {
    check(2, 1, 6);
  }
}
