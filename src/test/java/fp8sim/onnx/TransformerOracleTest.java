package fp8sim.onnx;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static fp8sim.onnx.TestModel.number;

import ai.onnx.proto.OnnxMl.AttributeProto;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators that ONNX Runtime's optimizer writes for transformers; ONNX Runtime is the oracle. */
class TransformerOracleTest {
  private static Tensor ints(Shape shape, int... values) {
    Tensor tensor = Tensor.zeros(DataType.INT32, shape);
    for (int i = 0; i < values.length; i++) {
      tensor.data().setAtIndex(Tensor.INT, i, values[i]);
    }
    return tensor;
  }

  private static Tensor longs(Shape shape, long... values) {
    return Tensor.ofLongs(shape, values);
  }

  private static float[] wave(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(i * 1.7 + 0.3);
    }
    return values;
  }

  private static TestModel weights(TestModel model, String name, int... dims) {
    Shape shape = Shape.of(dims);
    return model.floats(name, shape, wave(shape.elements()));
  }

  @Test
  void normalizationsOfSums() {
    for (String skip : new String[] {"2,3,8", "1,3,8", "3,8"}) {
      int[] dims = java.util.Arrays.stream(skip.split(",")).mapToInt(Integer::parseInt).toArray();
      TestModel layer = new TestModel(17).input("x", 2, 3, 8).input("s", dims);
      weights(weights(weights(layer, "g", 8), "b", 8), "c", 8);
      layer.runtimeNode("SkipLayerNormalization", "x s g b c", "y - - sum");
      Oracle.check(layer.output("y").output("sum"));
    }
    TestModel rms = new TestModel(17).input("x", 2, 3, 8).input("s", 2, 3, 8);
    weights(weights(rms, "g", 8), "c", 8);
    rms.runtimeNode(
        "SkipSimplifiedLayerNormalization", "x s g c", "y - - sum", number("epsilon", 1e-3f));
    Oracle.check(rms.output("y").output("sum"));
  }

  @Test
  void normalizationsInOnnxDomainBeforeItHadThem() {
    TestModel rms = weights(new TestModel(13).input("x", 2, 3, 8), "g", 8);
    rms.node("SimplifiedLayerNormalization", "x g", "y", number("epsilon", 1e-3f));
    Oracle.check(rms.output("y"));
    TestModel layer = weights(weights(new TestModel(13).input("x", 2, 3, 8), "g", 8), "b", 8);
    layer.node("LayerNormalization", "x g b", "y", integer("axis", -1));
    Oracle.check(layer.output("y"));
  }

  @Test
  void activations() {
    TestModel quick = new TestModel(17).input("x", 3, 8);
    Oracle.check(quick.runtimeNode("QuickGelu", "x", "y").output("y"));
    TestModel other = new TestModel(17).input("x", 3, 8);
    Oracle.check(other.runtimeNode("QuickGelu", "x", "y", number("alpha", 0.5f)).output("y"));
    TestModel bias = weights(new TestModel(17).input("x", 2, 3, 8), "b", 8);
    Oracle.check(bias.runtimeNode("BiasGelu", "x b", "y").output("y"));
  }

  @Test
  void embeddings() {
    TestModel model =
        new TestModel(17)
            .input("ids", DataType.INT32, 2, 3)
            .input("segments", DataType.INT32, 2, 3)
            .input("mask", DataType.INT32, 2, 3);
    for (String table : new String[] {"words", "places", "parts"}) {
      weights(model, table, 7, 4);
    }
    weights(weights(model, "g", 4), "b", 4);
    model.runtimeNode(
        "EmbedLayerNormalization", "ids segments words places parts g b mask", "y n sum");
    model.output("y").output("n", DataType.INT32).output("sum");
    Shape shape = Shape.of(2, 3);
    Oracle.check(
        model,
        Map.of(
            "ids", ints(shape, 1, 6, 0, 3, 2, 2),
            "segments", ints(shape, 0, 0, 1, 0, 1, 1),
            "mask", ints(shape, 1, 1, 0, 1, 1, 1)));
  }

  /** Attention of two heads of 4 on {@code x [2,3,5]}. */
  private static TestModel packed(String inputs, String outputs, AttributeProto... list) {
    TestModel model = new TestModel(17).input("x", 2, 3, 5);
    weights(weights(model, "w", 5, 24), "b", 24);
    model.runtimeNode("Attention", inputs, outputs, list);
    return model.output("y");
  }

  @Test
  void packedAttention() {
    AttributeProto heads = integer("num_heads", 2);
    Oracle.check(packed("x w b", "y", heads));
    Oracle.check(packed("x w b", "y", heads, integer("unidirectional", 1)));
    Oracle.check(packed("x w b", "y", heads, number("scale", 0.3f)));
    Oracle.check(packed("x w b", "y", heads, integers("qkv_hidden_sizes", 8, 8, 8)));
    TestModel cached = packed("x w b - past", "y present", heads, integer("unidirectional", 1));
    Oracle.check(cached.input("past", 2, 2, 2, 4, 4).output("present"));
    TestModel biased = packed("x w b - - bias", "y", heads);
    Oracle.check(biased.input("bias", 1, 2, 3, 3));
  }

  @Test
  void packedAttentionWithMasks() {
    AttributeProto heads = integer("num_heads", 2);
    AttributeProto causal = integer("unidirectional", 1);
    for (AttributeProto[] list :
        new AttributeProto[][] {
          {heads}, {heads, causal}, {heads, number("mask_filter_value", -5)}
        }) {
      mask(packed("x w b mask", "y", list), ints(Shape.of(2, 3), 1, 1, 0, 0, 1, 1));
      mask(packed("x w b mask", "y", list), ints(Shape.of(2), 2, 3));
      mask(packed("x w b mask", "y", list), ints(Shape.of(4), 2, 3, 0, 1));
    }
    mask(
        packed("x w b mask", "y", heads),
        ints(Shape.of(2, 3, 3), 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 0, 1));
  }

  private static void mask(TestModel model, Tensor mask) {
    model.input("mask", DataType.INT32, mask.shape().dims());
    Oracle.check(model, Map.of("mask", mask));
  }

  /** Two heads of 4; three queries, five keys. */
  private static TestModel multiHead(String inputs, String outputs, AttributeProto... list) {
    TestModel model = new TestModel(17).input("q", 2, 3, 8).input("k", 2, 5, 8).input("v", 2, 5, 6);
    weights(model, "b", 22);
    return model.runtimeNode("MultiHeadAttention", inputs, outputs, list).output("y");
  }

  @Test
  void multiHeadAttention() {
    AttributeProto heads = integer("num_heads", 2);
    Oracle.check(multiHead("q k v", "y", heads));
    Oracle.check(multiHead("q k v b", "y", heads, number("scale", 0.3f)));
    TestModel biased = multiHead("q k v - - bias", "y", heads);
    Oracle.check(biased.input("bias", 1, 2, 3, 5));
    mask(multiHead("q k v - mask", "y", heads), ints(Shape.of(2), 4, 5));
    mask(multiHead("q k v b mask", "y", heads), ints(Shape.of(2, 5), 1, 1, 0, 0, 1, 1, 1, 1, 1, 0));
  }

  @Test
  void multiHeadAttentionWithACache() {
    TestModel model = new TestModel(17).input("q", 2, 3, 8).input("k", 2, 3, 8).input("v", 2, 3, 8);
    model.input("pk", 2, 2, 4, 4).input("pv", 2, 2, 4, 4);
    model.runtimeNode(
        "MultiHeadAttention",
        "q k v - - - pk pv",
        "y ck cv",
        integer("num_heads", 2),
        integer("unidirectional", 1));
    Oracle.check(model.output("y").output("ck").output("cv"));
    TestModel cross = new TestModel(17).input("q", 2, 3, 8).input("k", 2, 2, 5, 4);
    cross
        .input("v", 2, 2, 5, 4)
        .runtimeNode("MultiHeadAttention", "q k v", "y", integer("num_heads", 2));
    Oracle.check(cross.output("y"));
  }

  @Test
  void rotaryEmbedding() {
    for (int interleaved = 0; interleaved < 2; interleaved++) {
      TestModel flat = caches(new TestModel(17).input("x", 2, 3, 16), 4);
      flat.input("p", DataType.INT64, 2, 3);
      flat.runtimeNode("RotaryEmbedding", "x p cos sin", "y", integer("interleaved", interleaved));
      Oracle.check(flat.output("y"), Map.of("p", longs(Shape.of(2, 3), 0, 1, 2, 5, 3, 1)));
      TestModel heads = caches(new TestModel(17).input("x", 2, 2, 3, 8), 4);
      heads.input("p", DataType.INT64, 1);
      heads.runtimeNode("RotaryEmbedding", "x p cos sin", "y", integer("interleaved", interleaved));
      Oracle.check(heads.output("y"), Map.of("p", longs(Shape.of(1), 2)));
      TestModel part = caches(new TestModel(17).input("x", 2, 3, 16), 2);
      part.input("p", DataType.INT64, 2, 3);
      part.runtimeNode(
          "RotaryEmbedding",
          "x p cos sin",
          "y",
          integer("interleaved", interleaved),
          integer("num_heads", 2),
          integer("rotary_embedding_dim", 4));
      Oracle.check(part.output("y"), Map.of("p", longs(Shape.of(2, 3), 0, 1, 2, 5, 3, 1)));
    }
  }

  private static TestModel caches(TestModel model, int width) {
    float[] cos = new float[16 * width];
    float[] sin = new float[16 * width];
    for (int i = 0; i < cos.length; i++) {
      int position = i / width;
      double angle = position * Math.pow(10, -(i % width));
      cos[i] = (float) Math.cos(angle);
      sin[i] = (float) Math.sin(angle);
    }
    return model.floats("cos", Shape.of(16, width), cos).floats("sin", Shape.of(16, width), sin);
  }

  /** Four heads of queries on two of keys, of 16 elements. */
  private static TestModel grouped(int batch, int tokens, int past, AttributeProto... list) {
    TestModel model = caches(new TestModel(17), 8);
    model.input("q", batch, tokens, 64).input("k", batch, tokens, 32).input("v", batch, tokens, 32);
    model.input("n", DataType.INT32, batch);
    model.initializer("total", ints(Shape.of(1), tokens + past));
    AttributeProto[] all = java.util.Arrays.copyOf(list, list.length + 2);
    all[list.length] = integer("num_heads", 4);
    all[list.length + 1] = integer("kv_num_heads", 2);
    String caches = past == 0 ? "- -" : "pk pv";
    if (past > 0) {
      model.input("pk", batch, 2, past, 16).input("pv", batch, 2, past, 16);
    }
    model.runtimeNode(
        "GroupQueryAttention", "q k v " + caches + " n total cos sin", "y ck cv", all);
    return model.output("y").output("ck").output("cv");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "rotary", "interleaved", "softcap", "window", "scale", "defaults"})
  void groupQueryAttention(String form) {
    AttributeProto[] list =
        switch (form) {
          case "rotary" -> new AttributeProto[] {integer("do_rotary", 1)};
          case "interleaved" ->
              new AttributeProto[] {integer("do_rotary", 1), integer("rotary_interleaved", 1)};
          case "softcap" -> new AttributeProto[] {number("softcap", 2)};
          case "window" -> new AttributeProto[] {integer("local_window_size", 3)};
          case "scale" -> new AttributeProto[] {number("scale", 0.7f)};
          // As written by programs that write out every default of the schema.
          case "defaults" -> new AttributeProto[] {integer("smooth_softmax", -1)};
          default -> new AttributeProto[0];
        };
    Oracle.check(grouped(2, 6, 0, list), Map.of("n", ints(Shape.of(2), 5, 5)));
    Oracle.check(grouped(1, 1, 6, list), Map.of("n", ints(Shape.of(1), 6)));
    Oracle.check(grouped(2, 1, 6, list), Map.of("n", ints(Shape.of(2), 6, 6)));
  }

  @Test
  void groupQueryAttentionOfPackedOperands() {
    TestModel model = caches(new TestModel(17), 8).input("qkv", 2, 3, 128);
    model.input("n", DataType.INT32, 2).initializer("total", ints(Shape.of(1), 3));
    model.runtimeNode(
        "GroupQueryAttention",
        "qkv - - - - n total cos sin",
        "y ck cv",
        integer("num_heads", 4),
        integer("kv_num_heads", 2),
        integer("do_rotary", 1));
    Oracle.check(model.output("y"), Map.of("n", ints(Shape.of(2), 2, 2)));
  }

  /** The second sample has fewer keys; what is behind them in the cache does not matter. */
  @Test
  void groupQueryAttentionOnCachesFilledDifferently() {
    TestModel model = grouped(2, 1, 6, integer("do_rotary", 1));
    model.graph().removeOutput(2).removeOutput(1);
    Oracle.check(model, Map.of("n", ints(Shape.of(2), 6, 3)));
  }
}
